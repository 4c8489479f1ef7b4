"""The Lambda packages: what an archive is made of, and how a committed one is held against the sources."""
