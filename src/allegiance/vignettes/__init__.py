"""Vignettes: from a cell of a scenario to its formal situation and its words."""
