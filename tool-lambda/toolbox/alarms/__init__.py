"""The alarm itself: its definition and history, what it judged, and what it is about."""
