"""Notifications as e-mails in a folder."""
