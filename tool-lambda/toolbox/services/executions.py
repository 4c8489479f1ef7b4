"""Executions of a state machine: how many fail, and in what their inputs differ from those that succeed."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.side_by_side import side_by_side
from toolbox.asking.window import clock, known_time
from toolbox.resources.base import name_of
from untrusted import redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

_PAGE = 100
#: Inputs read of each side; fewer than two say nothing.
_SAMPLES = 5
_FEWEST = 2
_MOST_TOLD = 4
_MOST_MEMBERS = 80
_LONGEST = 60
#: By how much more of the failing inputs have it than of the others.
_LEAST = 0.6
_RUNS = ((re.compile(r"[A-Z]+"), "A"), (re.compile(r"[a-z]+"), "a"), (re.compile(r"\d+"), "9"))


def execution_inputs(name: str) -> Answer:
    """How many executions fail since the onset, and what the inputs of those that fail have that others lack.

    Args:
        name: ARN of the state machine.
    """
    look, window = looking.windowed()
    asked = Asked(window, state_machine=name_of(name))
    client = look.client("stepfunctions")
    failed = [each for each in _listed(asked, client, name, "FAILED") if _began(each, window.start)]
    succeeded = [each for each in _listed(asked, client, name, "SUCCEEDED") if _began(each, window.start)]
    failed_now, others_now = (
        [each for each in some if _began(each, window.onset)] for some in (failed, succeeded)
    )
    counted = _counted(failed_now, others_now, window.onset)
    samples = _spread(failed_now), _spread(others_now if len(others_now) >= _FEWEST else succeeded)
    if min(map(len, samples)) < _FEWEST:
        return asked.answer(executions=counted)
    found = side_by_side(
        [partial(_input, asked, client, str(each["executionArn"])) for some in samples for each in some]
    )
    inputs = [dict(members(each)) for each in found]
    fail, others = inputs[: len(samples[0])], inputs[len(samples[0]) :]
    return asked.answer(
        executions=counted,
        differs=differences([each for each in fail if each], [each for each in others if each])[:_MOST_TOLD],
    )


def _listed(asked: Asked, client: Any, arn: str, status: str) -> list[Any]:
    """The latest executions that ended so."""
    nothing: dict[str, Any] = {}
    read = partial(client.list_executions, stateMachineArn=arn, statusFilter=status, maxResults=_PAGE)
    answer = asked.attempt(f"executions {status}", read, nothing)
    return list(answer.get("executions", ()))[:_PAGE]


def _began(execution: Mapping[str, Any], moment: datetime) -> bool:
    at = known_time(execution.get("startDate"))
    return at is not None and at >= moment


def _counted(failed: Sequence[Any], succeeded: Sequence[Any], onset: datetime) -> list[str]:
    """``40 of 71 executions that began since 02:45 UTC failed``."""
    if not failed:
        return []
    whole = len(failed) + len(succeeded)
    cut = "at least " if max(len(failed), len(succeeded)) == _PAGE else ""
    return [f"{cut}{len(failed)} of {whole} executions that began since {clock(onset)} UTC and ended failed"]


def _spread(executions: Sequence[Any]) -> list[Any]:
    """A few of them, evenly over the time."""
    step = max(1, len(executions) // _SAMPLES)
    return list(executions[::step][:_SAMPLES])


def _input(asked: Asked, client: Any, arn: str) -> Any:
    nothing: dict[str, Any] = {}
    found = asked.attempt("inputs", lambda: client.describe_execution(executionArn=arn), nothing)
    try:
        return json.loads(found.get("input") or "null")
    except ValueError:
        return None


def members(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every member of an input with its value as text, of lists the first item; a bounded number."""
    pending = [(path, value)]
    told = 0
    while pending and told < _MOST_MEMBERS:
        place, each = pending.pop()
        if isinstance(each, dict):
            pending += [(f"{place}.{key}" if place else str(key), item) for key, item in each.items()]
        elif isinstance(each, list):
            pending += [(f"{place}[]", item) for item in each[:1]]
        elif place:
            told += 1
            yield place, each if isinstance(each, str) else json.dumps(each)


def differences(fail: Sequence[Mapping[str, str]], others: Sequence[Mapping[str, str]]) -> list[str]:
    """What inputs of failures have and others do not, the most telling first: members, values, their forms."""
    if min(len(fail), len(others)) < _FEWEST:
        return []
    paths = dict.fromkeys(path for each in (*fail, *others) for path in each)
    told = [found for path in paths if (found := _of_member(path, fail, others)) is not None]
    return [text for _, text in sorted(told, key=lambda each: -each[0])]


def _of_member(
    path: str, fail: Sequence[Mapping[str, str]], others: Sequence[Mapping[str, str]]
) -> tuple[float, str] | None:
    """What can be said of a member, and how telling it is: it is missing, it has one value, it looks different."""
    here, there = [each.get(path) for each in fail], [each.get(path) for each in others]
    for has, word in ((False, "absent"), (True, "present")):
        gain, counts = _compared(
            [(each is not None) is has for each in here], [(each is not None) is has for each in there]
        )
        if gain >= _LEAST:
            return gain, f"{path} is {word} in {counts}"
    values, value = _commonest(here)
    others_have = [each == value for each in there]
    gain, _ = _compared(values, others_have)
    if value is not None and gain >= _LEAST:
        said = redact(f"{path}={_short(value)}")
        return gain, f"{_of(values)} that fail have {said}, {_of(others_have)} that succeed"
    forms, form = _commonest([None if each is None else form_of(each) for each in here])
    others_forms = [each is not None and form_of(each) == form for each in there]
    gain, _ = _compared(forms, others_forms)
    if form is None or gain < _LEAST:
        return None
    one = next(each for each in here if each is not None and form_of(each) == form)
    other = next((each for each in there if each is not None and form_of(each) != form), "")
    return (
        gain,
        f"{path} differs in form: {redact(_short(one))} where it fails, {redact(_short(other))} where it succeeds",
    )


def _compared(fail: Sequence[bool], others: Sequence[bool]) -> tuple[float, str]:
    """By how much more of those that fail have something, and how many of both."""
    gain = sum(fail) / len(fail) - sum(others) / len(others)
    return gain, f"{_of(fail)} that fail, in {_of(others)} that succeed"


def _of(found: Sequence[bool]) -> str:
    """``all 5``, ``none of 5``, ``2 of 5``."""
    count = sum(found)
    return f"all {count}" if count == len(found) else f"{count or 'none'} of {len(found)}"


def _commonest(values: Sequence[str | None]) -> tuple[list[bool], str | None]:
    """Which of some values are the most frequent one, and that."""
    counted = Counter(each for each in values if each is not None)
    best = max(counted, key=lambda each: counted[each], default=None)
    return [each is not None and each == best for each in values], best


def form_of(value: str) -> str:
    """What a short value looks like: `A-9-9` for `RX-12-7`; long texts have no form worth comparing."""
    if len(value) > _LONGEST:
        return "text"
    for pattern, mark in _RUNS:
        value = pattern.sub(mark, value)
    return value


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
