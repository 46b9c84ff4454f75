"""From a transcript to facts: what was done, by what evidence. No norms here."""
