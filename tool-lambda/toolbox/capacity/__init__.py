"""Limits that several share, and who holds them: quotas, concurrency, addresses, instances, shards."""
