"""Published scores, grades and date rules: one module per instrument, its source cited.

Plain functions of numbers and dates. They know nothing of forms; rules call them by name.
"""
