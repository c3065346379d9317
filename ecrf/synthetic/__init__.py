"""An invented study population (part B 5): people, their course, and what would be typed."""
