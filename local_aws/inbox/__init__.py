"""A page on this machine with what people were told, and how it came about."""
