"""Who changed what before the onset, as CloudTrail tells it."""
