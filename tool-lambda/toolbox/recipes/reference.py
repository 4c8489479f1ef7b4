"""The table of recipes for the documentation: `python -m toolbox.recipes.reference` writes it."""

from __future__ import annotations

import sys

from toolbox.recipes import RECIPES


def table() -> str:
    """One row for each recipe."""
    rows = ["| alarms of | namespaces | are asked besides |", "|---|---|---|"]
    for recipe in RECIPES:
        spaces = ", ".join(f"`{space}`" for space in recipe.namespaces if space) or "any"
        rows.append(f"| {recipe.title} | {spaces} | {recipe.asks} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
