"""What tfstencil does, one module a verb: each takes a request, returns a result, and tells its way to a reporter."""
