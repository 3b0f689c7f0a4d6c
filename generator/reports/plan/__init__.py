"""What a plan, or a fleet of plans, would do: one document, and what it looks like in four places."""
