"""The provider's schema: asked for once, kept, cut down, and served in the provider's place."""
