"""Where the product runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Home:
    """Where the product runs, and so where everything lives whose event does not say so itself."""

    partition: str
    account_id: str
    region: str
