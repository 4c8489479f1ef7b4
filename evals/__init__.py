"""Incidents with known causes, and the scorer of what investigators report about them; see README.md."""
