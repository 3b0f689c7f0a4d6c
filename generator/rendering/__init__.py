"""From contexts and templates to text, in memory: every value is encoded for the language that it is printed in."""
