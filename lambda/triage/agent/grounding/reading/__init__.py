"""What claims and evidence say: names, numbers, times, places in a line, what is quoted of it."""
