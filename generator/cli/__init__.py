"""The command line: parses, calls one stage, and prints; nothing else in the package prints."""
