"""The calculators of ecrf.clinical by name, from text to text, for people who check arithmetic."""
