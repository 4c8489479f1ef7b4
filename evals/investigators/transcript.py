"""An answer, read from the transcript that the module archives with every report."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from evals.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "transcript.jsonl.gz"


def answer_of(packed: bytes) -> Answer:
    """The report, its evidence, and what the investigation used.

    Raises:
        AnswerError: The transcript holds no complete report.
    """
    lines = [json.loads(line) for line in gzip.decompress(packed).decode().splitlines()]
    by_kind = {line["kind"]: line for line in lines}
    evidence = {line["id"]: str(line.get("output", "")) for line in lines if line["kind"] == "evidence"}
    investigation = by_kind["investigation"]
    return Answer.from_json(
        {
            "report": by_kind["report"],
            "evidence": evidence,
            "usage": dict(_numbers(investigation.get("usage", {}))),
            "stopped_by": investigation.get("stopped_by") or "",
        }
    )


def _numbers(used: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """What was used, members of members by their own names; what is not known (`null`) is left out."""
    for name, value in used.items():
        if isinstance(value, dict):
            yield from _numbers(value)
        elif isinstance(value, int | float):
            yield name, float(value)
