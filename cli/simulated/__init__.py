"""Weeks of alarm history through the module's own use cases, on a clock that jumps from event to event."""
