"""What protects each thing that exists, attribute by attribute, before and after."""
