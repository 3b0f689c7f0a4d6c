"""What belongs to what: the things that exist, and the resources that protect them or open them, before and after."""
