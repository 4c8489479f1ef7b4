"""Numbers that the evidence does not state and that follow from it."""
