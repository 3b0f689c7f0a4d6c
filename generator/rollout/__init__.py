"""Many environments: in which order, how many at a time, how far a run got, and how to go on."""
