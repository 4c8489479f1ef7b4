"""The page about signatures lists what there is."""

from __future__ import annotations

from pathlib import Path

from tests.unit.first_look.signature_table import page

PAGE = Path(__file__).parents[3] / "docs" / "signatures.md"


def test_the_table_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew: python -m tests.unit.first_look.signature_table > docs/signatures.md"
    )
