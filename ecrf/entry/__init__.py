"""Filling in a form: values become findings, and what is typed becomes values. Pure."""
