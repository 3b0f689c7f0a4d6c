"""Plans that are kept until somebody applies them, and the record of what was applied."""
