"""Parts of the report that code writes from a first look: each says what was seen and cites it."""
