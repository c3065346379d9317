"""Measured speed: `make bench` prints one table. Loopback only, and it stops by itself."""
