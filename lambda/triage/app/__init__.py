"""Use cases, one per Lambda function: triage a signal, investigate a work item, tell people what failed."""
