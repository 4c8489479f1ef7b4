"""Senders that need no AWS SDK."""
