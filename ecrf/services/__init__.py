"""What happens: the only code that writes. Every function takes a unit of work first."""
