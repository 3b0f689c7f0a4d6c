"""States: where they lie, who locks them, what they were, and how a lost one is saved."""
