"""What a Converse request says about the investigation so far: the server keeps no state, the request is it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_aws.model.asking import question_key
from local_aws.model.wire import blocks, tools_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from local_aws.model.backend import JsonObject

_SIGNAL_LINE = re.compile(r"^signal: (\{.*\})\s*$", re.MULTILINE)
_HEADER = re.compile(r"^\[(E\d+)\] status=(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One tool result.

    Attributes:
        question: key of the question it answers, ``None`` when the script did not ask it.
        evidence_id: as the result's header line states it; empty without one.
        status: status in the header line, or ``error`` for a failed tool result without one.
        text: the whole text of the result, as it was received.
    """

    question: str | None
    evidence_id: str
    status: str
    text: str


@dataclass(frozen=True)
class Submission:
    """A report that was submitted, and what the agent said to it.

    Attributes:
        report: the input of ``submit_report``.
        accepted: whether the agent took it.
        problems: the agent's answer.
    """

    report: JsonObject
    accepted: bool
    problems: str


@dataclass(frozen=True)
class Conversation:
    """The investigation so far.

    Attributes:
        signal: what the ``signal:`` line of a user message holds; ``None`` without one.
        opening: that line as evidence that can be cited; ``None`` where no header line precedes it.
        tools: names of the tools offered now.
        asked: keys of the questions that were asked.
        answers: results of the questions, in order.
        submissions: reports already submitted, in order.
    """

    signal: JsonObject | None
    opening: Answer | None
    tools: frozenset[str]
    asked: frozenset[str]
    answers: tuple[Answer, ...]
    submissions: tuple[Submission, ...]


def read_conversation(request: Mapping[str, Any]) -> Conversation:
    """Read a checked Converse request."""
    messages: Sequence[JsonObject] = request["messages"]
    uses = {use["toolUseId"]: use for message in messages for use in blocks(message, "toolUse")}
    results = [result for message in messages for result in blocks(message, "toolResult")]
    submitted = {use_id for use_id, use in uses.items() if use.get("name") == "submit_report"}
    signal, opening = _signal(messages)
    return Conversation(
        signal=signal,
        opening=opening,
        tools=frozenset(tools_of(request)),
        asked=frozenset(key for key in map(question_key, uses) if key),
        answers=tuple(_answer(result) for result in results if result["toolUseId"] not in submitted),
        submissions=tuple(
            Submission(
                report=uses[result["toolUseId"]]["input"],
                accepted=result.get("status") != "error",
                problems=_text(result),
            )
            for result in results
            if result["toolUseId"] in submitted
        ),
    )


def _signal(messages: Sequence[JsonObject]) -> tuple[JsonObject | None, Answer | None]:
    for message in messages:
        if message["role"] != "user":
            continue
        for text in blocks(message, "text"):
            for match in _SIGNAL_LINE.finditer(str(text)):
                if (signal := _complete(match[1])) is not None:
                    headers = list(_HEADER.finditer(str(text), 0, match.start()))
                    cited = Answer("signal", headers[-1][1], "ok", match[1]) if headers else None
                    return signal, cited
    return None, None


def _complete(text: str) -> JsonObject | None:
    """The signal, if the line holds everything the questions need."""
    try:
        signal = json.loads(text)
    except ValueError:
        return None
    needed = ("region", "name", "occurred_at", "state")
    return signal if isinstance(signal, dict) and all(signal.get(name) for name in needed) else None


def _answer(result: Mapping[str, Any]) -> Answer:
    text = _text(result)
    header = _HEADER.search(text)
    return Answer(
        question=question_key(result["toolUseId"]),
        evidence_id=header[1] if header else "",
        status=header[2] if header else str(result.get("status", "unknown")),
        text=text,
    )


def _text(result: Mapping[str, Any]) -> str:
    return "\n".join(_texts(result))


def _texts(result: Mapping[str, Any]) -> Iterator[str]:
    for block in result.get("content") or ():
        if "text" in block:
            yield str(block["text"])
        elif "json" in block:
            yield json.dumps(block["json"], ensure_ascii=False)
