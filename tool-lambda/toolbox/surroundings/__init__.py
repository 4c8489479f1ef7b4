"""What a resource depends on and what depends on it: references, links of two steps, the network between."""
