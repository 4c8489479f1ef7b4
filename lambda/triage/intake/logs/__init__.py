"""Log errors: what CloudWatch Logs subscriptions hand over, grouped by what they say."""
