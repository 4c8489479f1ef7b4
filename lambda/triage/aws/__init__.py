"""Adapters: the only place that talks to AWS. Each implements one port; clients are made on first use."""
