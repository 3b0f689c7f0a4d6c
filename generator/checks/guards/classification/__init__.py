"""What each type of resource and each of its attributes means to the guards, and what they say of it."""
