"""Stacks and fleets as drawings: in fixed columns, as people draw them."""
