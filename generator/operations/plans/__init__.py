"""Plans of many environments: offline or against their states, made, remembered, queued."""
