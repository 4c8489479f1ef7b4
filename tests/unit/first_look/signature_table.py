"""Writes the table of signatures: ``python -m tests.unit.first_look.signature_table > docs/signatures.md``."""

from __future__ import annotations

import sys

from triage.first_look.signatures import SIGNATURES, THEMES

INTRODUCTION = """\
# Signatures of the first look

Known shapes of trouble and the kind of cause each stands for. They live in `lambda/triage/first_look/signatures/`,
one file per theme; a new one is added to its theme's `SIGNATURES`. A signature makes a hypothesis, never more;
`ranking.py` weighs it by how telling its evidence is, whether it began with the onset, its share of the errors,
and whether a change that could bring it about came shortly before. Symptoms yield to what explains them. Below a
threshold nothing is named, and the cause is `unknown`.

{count} signatures. `python -m tests.unit.first_look.signature_table > docs/signatures.md` writes this page.
"""


def page() -> str:
    """The page as it should be."""
    lines = [INTRODUCTION.format(count=len(SIGNATURES))]
    for theme, signatures in THEMES.items():
        lines += [f"## {theme}", "", "| signature | known by | category |", "|---|---|---|"]
        lines += [
            f"| {each.name} | {each.looks_like.replace('|', '/')} | {each.category.value} |" for each in signatures
        ]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(page())
