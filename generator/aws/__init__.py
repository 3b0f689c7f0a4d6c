"""Facts about AWS that no spec says and no provider checks."""
