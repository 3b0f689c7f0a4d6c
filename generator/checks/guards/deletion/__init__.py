"""What a plan deletes, at once or later: resources that hold data, and what their rules let expire."""
