"""The programs of a run: which terraform and which provider, found or fetched."""
