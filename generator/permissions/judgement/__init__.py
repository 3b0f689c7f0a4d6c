"""Why a grant matters: whom it lets in, over what, and whether it lets somebody take over."""
