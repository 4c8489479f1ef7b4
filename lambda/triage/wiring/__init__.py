"""Puts settings, adapters and use cases together, once per execution environment: a module for each function.

A function imports its own alone: what another one needs would only make its cold start longer.
"""
