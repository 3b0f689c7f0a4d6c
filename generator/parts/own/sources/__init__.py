"""Where the parts of a workspace come from: folders, packages, and the lock file."""
