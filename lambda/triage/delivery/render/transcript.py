"""transcript.jsonl.gz: the whole run, one JSON object per line, for audits and for measuring the product.

The first line is the investigation, the second its signal; then every tool call in order with its code and whole
output, and every turn of the model: what it was told, said and called. The report comes last. Nothing else is
needed to write the report's other forms, or to check it against the evidence again. Compressed without time or
file name, so the same run gives the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

from triage.delivery.console_links import Links
from triage.delivery.presentable import presentable
from triage.delivery.render.json import document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.domain.investigation import Investigation


def render(investigation: Investigation) -> bytes:
    """The compressed transcript."""
    lines = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries(investigation))
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as archive:
        archive.write("".join(lines).encode())
    return packed.getvalue()


def entries(investigation: Investigation) -> Iterator[dict[str, Any]]:
    """The transcript's lines, in order."""
    shown = presentable(investigation)
    whole = document(shown, Links())
    about = {name: whole[name] for name in ("usage", "first_look", "chart", "also_covered", "recurrence")}
    yield {"kind": "investigation", **whole["investigation"], **about}
    yield {"kind": "signal", **whole["signal"]}
    for evidence in shown.evidence:
        yield {"kind": "evidence", **evidence.to_json()}
    for turn in shown.turns:
        yield {"kind": "turn", **turn.to_json()}
    yield {"kind": "report", **whole["report"]}
