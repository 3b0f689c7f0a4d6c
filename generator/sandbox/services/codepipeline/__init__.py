"""CodePipeline in the sandbox."""
