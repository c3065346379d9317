"""What a form is: definitions read from text, item types, and the rule language. Pure."""
