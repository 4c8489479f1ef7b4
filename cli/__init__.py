"""Alarm Triage for AWS on a developer's own machine: with his credentials, and nothing deployed."""
