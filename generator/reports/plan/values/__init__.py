"""Values of resources before and after: which belong together, what differs, what nobody is to see."""
