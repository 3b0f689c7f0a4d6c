"""Where something comes from: a value of a spec, a line of a file, an attribute of a plan."""
