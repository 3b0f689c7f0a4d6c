"""Parts that a workspace brings itself: read from `parts/<name>/part.yaml`, compiled to the same value as ours."""
