"""What exists or is planned, judged: against a spec, a contract, another environment, what was applied."""
