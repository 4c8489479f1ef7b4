"""Runs model-written Python read-only: one confined child process per call, one answer whatever the code does."""
