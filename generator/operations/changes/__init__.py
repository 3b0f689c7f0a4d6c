"""What apply and destroy have in common: shown, judged, agreed to, done in waves."""
