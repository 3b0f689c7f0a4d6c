"""Results of operations on parts and templates, as a person and a program read them."""
