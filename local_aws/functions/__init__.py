"""Lambda functions on the real runtime client: environments, logs, queues of events."""
