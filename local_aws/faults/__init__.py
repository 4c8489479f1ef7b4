"""Calls that fail on demand."""
