"""Lint: what is wrong with a scenario, before anything is run on it.

subject    the scenario, and the cells that are looked at
one module an idea: levels ownership wordings likeness menu arms knowledge people ...
rules      the table of rules, and `lint`
"""
