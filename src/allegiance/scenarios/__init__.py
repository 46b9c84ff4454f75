"""Scenarios: from a folder of files to checked, frozen data."""
