"""Slack's incoming webhooks: what Slack takes and refuses, and the cards that were posted."""
