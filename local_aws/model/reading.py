"""Reading what came back: the facts in the tool results, and verbatim quotes of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local_aws.model.backend import JsonObject
    from local_aws.model.conversation import Answer

LONGEST_QUOTE = 240
_LAMBDA_PREFIX = re.compile(r"^(\[\w+\] )?\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} ")
_LEFT_OUT = re.compile(r"^… [\d,]+ characters left out", re.MULTILINE)


@dataclass(frozen=True)
class Fact:
    """One line a question printed.

    Attributes:
        evidence_id: where it can be seen.
        about: kind of fact.
        data: the line, parsed.
        line: the line as it was received; quotes are cut from it and nothing else.
    """

    evidence_id: str
    about: str
    data: JsonObject
    line: str

    def text(self, name: str) -> str:
        """A value as text; empty when the fact does not have it."""
        value = self.data.get(name)
        return "" if value is None else str(value)

    def number(self, name: str) -> float:
        """A value as a number; 0 when the fact does not have it or it is none."""
        value = self.data.get(name)
        return value if isinstance(value, int | float) else 0

    def cite(self, *names: str) -> list[JsonObject]:
        """Citations of the named values, each with its name; of the line's beginning where that is impossible."""
        return [self._citation(f"{_compact(name)}:{_compact(self.data.get(name))}") for name in names]

    def cite_text(self, excerpt: str) -> list[JsonObject]:
        """A citation of text inside one of the values, as the line spells it."""
        return [self._citation(_compact(excerpt)[1:-1])]

    def _citation(self, spelled: str) -> JsonObject:
        quote = spelled if spelled and spelled in self.line else self.line
        # A cut may leave half an escape sequence; what remains must still be part of the line.
        return {"evidence": self.evidence_id, "quote": quote[:LONGEST_QUOTE].rstrip("\\ ")}


@dataclass(frozen=True)
class Facts:
    """All facts of an investigation, in the order they were received."""

    items: tuple[Fact, ...]
    gaps: tuple[str, ...] = ()

    def all(self, about: str, **equal: Any) -> list[Fact]:
        """The facts of one kind whose values equal the given ones."""
        return [
            fact
            for fact in self.items
            if fact.about == about and all(fact.data.get(name) == value for name, value in equal.items())
        ]

    def first(self, about: str, **equal: Any) -> Fact | None:
        """The first fact of one kind whose values equal the given ones."""
        return next(iter(self.all(about, **equal)), None)


def read_facts(answers: Iterable[Answer], opening: Answer | None = None) -> Facts:
    """The facts and gaps in the answers. A result without an evidence id cannot be cited and gives no facts.

    Args:
        answers: results of the questions.
        opening: the signal, where it is evidence; it becomes a fact about the ``signal``.
    """
    items = [Fact(opening.evidence_id, "signal", json.loads(opening.text), opening.text)] if opening else []
    gaps: list[str] = []
    for answer in answers:
        if answer.question is None:
            continue
        if answer.status != "ok":
            gaps.append(f"The question about {answer.question} ended with status {answer.status}.")
        if _LEFT_OUT.search(answer.text):
            gaps.append(f"The middle of {answer.evidence_id} was left out of what the script read.")
        for fact in _facts(answer):
            if fact.about == "gap":
                gaps.append(f"Could not read {fact.text('what')}: {fact.text('error')}")
            else:
                items.append(fact)
    return Facts(tuple(items), tuple(dict.fromkeys(gaps)))


def clipped(text: str, most: int) -> str:
    """The beginning of a text, to the end of a word."""
    return text if len(text) <= most else text[:most].rpartition(" ")[0] or text[:most]


def message_of(line: str) -> str:
    """What the code logged, without the level, time and request id that Lambda's runtime puts before it."""
    return _LAMBDA_PREFIX.sub("", line)


def moment(text: str) -> datetime | None:
    """A time as the questions and CloudWatch write it; in UTC where it names no zone, None where it is no time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _facts(answer: Answer) -> Iterator[Fact]:
    if not answer.evidence_id:
        return
    for line in answer.text.splitlines():
        bare = line.strip()
        if not bare.startswith('{"about":'):
            continue
        try:
            data = json.loads(bare)
        except ValueError:  # cut in the middle by a limit on output
            continue
        yield Fact(answer.evidence_id, str(data["about"]), data, bare)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
