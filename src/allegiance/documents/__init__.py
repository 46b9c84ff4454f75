"""Documents: files that people write, as plain data that knows its lines."""
