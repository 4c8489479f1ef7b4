"""Alarms: when they change state, and what they do then."""
