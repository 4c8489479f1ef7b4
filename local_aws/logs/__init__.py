"""CloudWatch Logs as an investigation meets it: patterns, pages, queries and metric filters applied, or refused.

The emulator matches filter patterns case-insensitively and JSON patterns to everything, ignores page tokens it
does not understand, knows four forms of Insights queries, and emits no metrics from metric filters.
"""
