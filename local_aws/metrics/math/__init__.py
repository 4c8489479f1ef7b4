"""Metric math: expressions over time series (CloudWatch user guide, "Metric math syntax and functions").

Pure: an expression is parsed by `parser`, and evaluated by `evaluation` over the series it names.
"""
