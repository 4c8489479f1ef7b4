"""What an alarm is about where its metric does not say so: by the metric's log group, else by its name."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from toolbox import resources
from toolbox.asking import look as looking
from toolbox.logs.groups import filters_of_signal
from toolbox.resources.base import Resource, name_of
from toolbox.surroundings import links as linking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from toolbox.asking.answer import Asked

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: Words of alarms and metrics that name no resource.
_GENERAL = frozenset(
    re.findall(
        r"\w+",
        """
    alarm alarms alert error errors count rate high low missing age oldest old too slow fail failed failures
    fails failing success successes requests request latency time duration cpu memory usage utilization total
    sum avg max min percent prod production live aws app application service services metric metrics custom
    the of for in on and or is not no above below than more less per minute hour day health unhealthy healthy
    status state queue table lambda ecs rds sqs sns api http runtime check task tasks
    """,
    )
)
#: Kinds of what does something, and so can be watched by a metric of its own.
ACTIVE = ("ecs", "lambda", "stepfunctions", "asg", "sqs", "kinesis", "rds")
_MOST = 3
#: With `e` and `y`: `vehicle` and `vehicles`, `policy` and `policies` have one stem; `nightly` keeps its own.
_ENDING = re.compile(r"(?<=[a-z]{4})(?:ers?|ed|ing|ies|es|e|s|(?<!l)y)$")
#: A word that so many resources share tells nothing about any of them.
_RARE = 8


def anchors_of(asked: Asked) -> dict[Resource, str]:
    """The resources an alarm is about, each with why it is thought so; "" where the alarm names it."""
    look = looking.current()
    named = resources.of_signal(look.signal)
    if not named:
        named = resources.of_signal(look.signal, (each["group"] for each in filters_of_signal(asked, look)))
    told = {linking.canonical(each.kind, each.name): "" for each in named if each.name}
    links = linking.of_account(asked)
    if any(links.of(each) for each in told):
        return told
    # Nothing is known to be linked to it: names are all there is to go by.
    known = [each for each in links.resources() if each.kind in ACTIVE and not is_canary(each)]
    return {**called_like(look.signal, known), **told}


def is_canary(resource: Resource) -> bool:
    """CloudWatch Synthetics runs each canary as a function called after it."""
    return resource.kind == "lambda" and resource.name.startswith("cwsyn-")


def called_like(signal: Mapping[str, Any], known: Iterable[Resource]) -> dict[Resource, str]:
    """Resources that share telling words with an alarm: the rarer a word among them, the more it tells."""
    wanted = words_of_signal(signal)
    words = {each: words_of_name(name_of(each.name)) for each in known}
    often = Counter(word for some in words.values() for word in some)
    scores = {
        each: sum(1 / math.sqrt(often[word]) for word in some & wanted)
        for each, some in words.items()
        if some & wanted
    }
    best = max(scores.values(), default=0.0)
    chosen = sorted(
        (each for each in scores if scores[each] >= 0.75 * best),
        key=lambda each: (-round(scores[each], 3), ACTIVE.index(each.kind), each.name),
    )
    return {each: f"shares {_spelt(name_of(each.name), wanted)} with the alarm" for each in chosen[:_MOST]}


def words_of_signal(signal: Mapping[str, Any]) -> set[str]:
    """The telling words of an alarm's name and of its metrics, dimensions included; of an error's log group."""
    texts = [str((signal.get("log") or {}).get("log_group") or signal.get("name") or "")]
    for metric in signal.get("metrics") or ():
        space = str(metric.get("namespace") or "")
        texts += [space if not space.startswith("AWS/") else "", str(metric.get("name") or "")]
        texts += [str(value) for value in (metric.get("dimensions") or {}).values()]
    return {word for text in texts for word in words_of_name(text)}


def alike(resources_known: Iterable[Resource], wanted: set[str], most: int) -> dict[Resource, str]:
    """Resources whose names share a word with what is wanted that few others have."""
    words = {each: words_of_name(_own_name(each)) for each in resources_known}
    often = Counter(word for some in words.values() for word in some)
    shared = {each: {word for word in some & wanted if often[word] <= _RARE} for each, some in words.items()}
    ordered = sorted(
        (each for each in shared if shared[each]),
        key=lambda each: (-sum(1 / often[word] for word in shared[each]), each.name),
    )
    return {each: f"shares {_spelt(_own_name(each), shared[each])} in its name" for each in ordered[:most]}


def _spelt(text: str, stems: set[str]) -> str:
    """The words of a name that have some stems, as they are written in it."""
    found = [word.lower() for word in _WORD.findall(text)]
    return ", ".join(dict.fromkeys(word for word in found if _stem(word) in stems))


def words_of_name(text: str) -> set[str]:
    """The telling words of a name, without their endings: `statements-mailed` is statement, mail."""
    found = {_stem(word.lower()) for word in _WORD.findall(text)}
    return {word for word in found if len(word) > 2 and not _is_general(word)}


def _is_general(word: str) -> bool:
    return word.isdigit() or bool(_GENERAL & {word, _ENDING.sub("", word), f"{_ENDING.sub('', word)}e"})


def _stem(word: str) -> str:
    """A word without the ending that makes it a plural, a past or a doer; the rest keeps four letters."""
    stem = _ENDING.sub("", word)
    return word if _GENERAL & {word, stem, f"{stem}e"} else stem


def _own_name(resource: Resource) -> str:
    return resource.name if resource.kind == "log_group" else name_of(resource.name)
