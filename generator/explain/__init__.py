"""Why an environment is as it is, how two differ, and what a new one says."""
