"""The agent loop: from a signal to a report whose every claim cites evidence. Knows ports, never AWS."""
