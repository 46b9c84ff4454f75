"""Frames to pages: what ran, what moved, and what that may be read as."""
