"""Inspect at work: planned trials become samples, samples become logs."""
