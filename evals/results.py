"""Results of a run: kept as JSON, and compared with those of the run before."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from local_aws.process import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evals.suite import Outcome

FOLDER = CHECKOUT / ".cache" / "evals"

VERSION = 1


def document(investigator: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """A run as JSON values."""
    return {
        "version": VERSION,
        "investigator": investigator,
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "outcomes": [_outcome(one) for one in outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "scenario": outcome.scenario,
        "perturbed": list(outcome.perturbed),
        "seconds": round(outcome.seconds, 3),
        "score": None if outcome.score is None else asdict(outcome.score),
        "usage": dict(outcome.answer.usage) if outcome.answer else {},
        "report": outcome.answer.report if outcome.answer else None,
        "evidence": dict(outcome.answer.evidence) if outcome.answer else {},
        "error": outcome.error,
    }


def write(run: Mapping[str, Any], folder: Path = FOLDER) -> Path:
    """Keep a run."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = str(run["finished_at"]).replace(":", "").replace("-", "")
    path = folder / f"{stamp}_{_slug(run['investigator'])}.json"
    path.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def last(investigator: str, folder: Path = FOLDER) -> Mapping[str, Any] | None:
    """The most recent kept run of an investigator."""
    found = sorted(folder.glob(f"*Z_{_slug(investigator)}.json"))
    return json.loads(found[-1].read_text(encoding="utf-8")) if found else None


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What became better or worse, a line per scenario that both runs played in the same way."""
    earlier = {_key(one): one for one in before["outcomes"]}
    lines = []
    for one in now["outcomes"]:
        other = earlier.get(_key(one))
        if other is None:
            continue
        was, is_now = _points(other), _points(one)
        solved = (_solved(other), _solved(one))
        if abs(is_now - was) >= 1 or solved[0] != solved[1]:
            word = {(False, True): "now solved", (True, False): "NO LONGER SOLVED"}.get(solved, "")
            lines.append(f"{one['scenario']}: {was:.0f} -> {is_now:.0f} {word}".rstrip())
    return lines


def _key(outcome: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    return outcome["scenario"], tuple(outcome["perturbed"])


def _points(outcome: Mapping[str, Any]) -> float:
    return float((outcome["score"] or {}).get("points", 0.0))


def _solved(outcome: Mapping[str, Any]) -> bool:
    return bool((outcome["score"] or {}).get("solved"))
