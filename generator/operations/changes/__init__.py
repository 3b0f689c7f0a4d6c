"""Apply, bootstrap and destroy, and what they have in common: shown, judged, agreed to, done in waves."""
