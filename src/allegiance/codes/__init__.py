"""Codes: what ought to be done, by whose principles; every code is a file."""
