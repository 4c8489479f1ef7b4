"""What the investigator role may do: its documents, every known action, and an evaluator that decides like IAM."""
