"""Files that surround the specs of a new workspace, as they are written."""
