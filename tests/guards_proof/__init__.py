"""The proof of the guards: what weakens an applied environment is refused, and what does not is let through."""
