"""What is written about the model: schema, reference, and the words for each key."""
