"""A document of plans in each form: for a terminal, Markdown, HTML, JSON."""
