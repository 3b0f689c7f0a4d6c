"""What a spec says of a build, one module a section."""
