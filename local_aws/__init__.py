"""The local AWS: a pinned emulator, corrected where the product would notice, and what the demo needs with it."""
