"""From frames to effects: contrasts with intervals, and a statement of what they hold for."""
