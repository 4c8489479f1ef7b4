"""Writes the tables of inputs and outputs into each module's README.md, from its variables.tf and outputs.tf.

    python scripts/readme_tables.py            rewrite what is between the markers
    python scripts/readme_tables.py --check    say whether it is fresh, write nothing

The tables live between `<!-- inputs -->` and `<!-- /inputs -->`, and the same for outputs. Modules are the root
and every folder in modules/.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hcl2
from hcl2.utils import SerializationOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent

_OPTIONS = SerializationOptions(
    strip_string_quotes=True, preserve_heredocs=False, with_comments=False, explicit_blocks=False
)


class MarkersError(LookupError):
    """The document lacks a pair of markers."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code: 1 when one is stale, 2 when there is nowhere to write."""
    parser = argparse.ArgumentParser(description="Write the tables of inputs and outputs into README.md.")
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument(
        "--module",
        type=Path,
        nargs="*",
        default=modules(),
        help="folders of README.md, variables.tf and outputs.tf",
    )
    given = parser.parse_args(arguments)
    return max(_written(module, check=given.check) for module in given.module)


def modules(root: Path = ROOT) -> list[Path]:
    """Every module of the repository, the root first."""
    return [root, *sorted(path.parent for path in root.glob("modules/*/variables.tf"))]


def _written(module: Path, *, check: bool) -> int:
    """The exit code for one module, after its README was compared or rewritten."""
    readme = module / "README.md"
    try:
        written = readme.read_text(encoding="utf-8")
        fresh = refreshed(written, tables(module))
    except (OSError, MarkersError) as error:
        print(f"readme_tables: {readme}: {error}", file=sys.stderr)
        return 2
    if check and written != fresh:
        stale = f"{readme} does not show the inputs and outputs as they are; run `make fmt` and commit it"
        print(stale, file=sys.stderr)
        return 1
    if not check:
        readme.write_text(fresh, encoding="utf-8")
    return 0


def tables(module: Path) -> dict[str, str]:
    """Markdown tables of a module by the name of their marker."""
    inputs = _blocks(module / "variables.tf", "variable")
    outputs = _blocks(module / "outputs.tf", "output")
    return {
        "inputs": _table(
            ("Variable", "Description", "Type", "Default"),
            ((f"`{name}`", _cell(block["description"]), _type(block), _default(block)) for name, block in inputs),
        ),
        "outputs": _table(
            ("Output", "Description"), ((f"`{name}`", _cell(block["description"])) for name, block in outputs)
        ),
    }


def refreshed(document: str, by_marker: Mapping[str, str]) -> str:
    """The document with the tables between their markers.

    Raises:
        MarkersError: A pair of markers is missing.
    """
    for marker, table in by_marker.items():
        opening, closing = f"<!-- {marker} -->\n", f"<!-- /{marker} -->"
        before, opened, rest = document.partition(opening)
        _, closed, after = rest.partition(closing)
        if not (opened and closed):
            raise MarkersError(
                f"write {opening.strip()} and {closing} on lines of their own where the table belongs"
            )
        document = f"{before}{opening}\n{table}\n{closing}{after}"
    return document


def _blocks(path: Path, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with path.open(encoding="utf-8") as source:
        parsed = hcl2.load(source, serialization_options=_OPTIONS)
    for block in parsed[kind]:
        yield from block.items()


def _table(header: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    """Text of any number of lines in one cell; list items keep a line each."""
    return "<br>".join(line.strip() for line in textwrap.dedent(text).strip().splitlines()).replace("|", "\\|")


def _type(block: Mapping[str, Any]) -> str:
    return f"`{_expression(block['type'])}`"


def _default(block: Mapping[str, Any]) -> str:
    if "default" not in block:
        return "required"
    value = block["default"]
    return "unset" if value is None else f"`{json.dumps(value)}`"


def _expression(value: str) -> str:
    """An expression without the braces that the parser puts around it."""
    return value.removeprefix("${").removesuffix("}") if value.startswith("${") else value


if __name__ == "__main__":
    sys.exit(main())
