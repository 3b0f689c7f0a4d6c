"""Problems, errors and refusals, as they are shown."""
