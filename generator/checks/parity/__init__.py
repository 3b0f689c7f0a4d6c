"""The parity gate: two environments are the same, but for what a list allows, each with a reason and a date."""
