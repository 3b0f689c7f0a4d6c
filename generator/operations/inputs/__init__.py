"""What operations read before they begin: specs, templates, and what lies beside them."""
