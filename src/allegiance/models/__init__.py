"""The local model: fetched, loaded, scored exactly, and offered to Inspect."""
