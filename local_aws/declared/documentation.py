"""The tables of docs/local-aws.md, from the rules: `python -m local_aws.declared.documentation [--check]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from local_aws.declared.paging import page_of
from local_aws.declared.scope import either, needed
from local_aws.declared.services import SERVICES
from local_aws.declared.wire import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local_aws.declared.rules import Rule, Service

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "local-aws.md"
_BEGIN, _END = "<!-- operations -->", "<!-- /operations -->"


def tables() -> str:
    """One table per service: its operations, how they are declared, and what each request member does."""
    return "\n".join(line for name in sorted(SERVICES) for line in _section(SERVICES[name]))


def _section(service: Service) -> Iterator[str]:
    yield f"### {service.name}"
    yield ""
    yield "| operation | declared as | members applied | order; page |"
    yield "|---|---|---|---|"
    for rule in service.rules:
        cells = [f"`{rule.operation}`", _declared_as(service.name, rule), _members(rule), _order(service, rule)]
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
    yield ""


def _declared_as(service: str, rule: Rule) -> str:
    if rule.made:
        return "worked out, not declared"
    where = f"`{rule.holds}`" if rule.holds else "the whole answer"
    scoped = needed(service, rule), either(service, rule)
    keyed = " and ".join(f"`{name}`" for name in scoped[0]) or " or ".join(f"`{name}`" for name in scoped[1])
    by = f" by {keyed}" if keyed else ""
    shape = f"when/answer{by}, {where}" if by or (rule.one and rule.members) else where
    kin = f"; same records as `{rule.of}`" if rule.of else ""
    return shape + kin + (f"; refused while there is none ({rule.undeclared[0]})" if rule.undeclared else "")


def _members(rule: Rule) -> str:
    told = []
    for name, condition in sorted(rule.members.items()):
        default = f" (default `{condition.default}`)" if condition.default not in (None, {}) else ""
        error = f", else {condition.missing[0]}" if condition.missing else ""
        told.append(f"`{name}`: {condition.sentence}{error}{default}")
    if rule.missing:
        told.append(f"nothing found: {rule.missing[0]}")
    return "; ".join(told) or "none"


def _order(service: Service, rule: Rule) -> str:
    order = rule.order.removeprefix("-")
    told = [f"`{order}`{', latest first' if rule.order.startswith('-') else ''}"] if order else []
    page = page_of(Operation(service.name, rule.operation), rule)
    if page:
        most = f", at most {page.most}" if page.most else ""
        told.append(f"{page.size}{most}" + (f" by `{page.limit}`" if page.limit else ""))
    return "; ".join(told)


def refreshed(text: str) -> str:
    """The page with its tables as the rules are now."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{tables()}\n{_END}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; 1 when the page is stale."""
    parser = argparse.ArgumentParser(description="Write the tables of docs/local-aws.md.")
    parser.add_argument("--check", action="store_true", help="compare only")
    given = parser.parse_args(arguments)
    written = PAGE.read_text(encoding="utf-8")
    fresh = refreshed(written)
    if given.check and written != fresh:
        print("docs/local-aws.md is stale: run python -m local_aws.declared.documentation", file=sys.stderr)
        return 1
    if not given.check:
        PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
