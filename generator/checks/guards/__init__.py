"""What must hold before an apply: the plan is the one that was shown, of these modules, on this state."""
