"""From logs to frames: one row a trial, a response, an outcome."""
