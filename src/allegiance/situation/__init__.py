"""What is the case: pure functions over frozen data, by docs/concepts/obey-or-refuse.md."""
