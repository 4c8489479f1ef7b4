"""What the first answers of a look lead to, and what is asked about it."""
