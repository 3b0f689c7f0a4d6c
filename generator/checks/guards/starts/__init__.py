"""Who starts a build or a pipeline, with what, and what stands between a start and a deployment."""
