"""Who may do what, before and after: the policies of a plan, put together by whose they are, and compared."""
