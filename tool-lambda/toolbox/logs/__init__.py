"""Log groups and what is in them: errors as templates, one error in depth, what failing lines have in common."""
