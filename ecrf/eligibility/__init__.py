"""Eligibility: the criteria of the protocol over a subject's records (part A section 2).

A pure function of criteria version, records, evaluation date and parameters. Logic is
three-valued: what is missing makes a criterion undetermined and never "normal" (part A 2.0).
"""
