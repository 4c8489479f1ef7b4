"""Ids and names in errors of what the account may no longer hold: the trail knows what became of it. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking.window import known_time
from toolbox.leads.sources import errors_in, is_new

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

#: Ids of EC2 and what belongs to it (EC2 User Guide, "Resource IDs").
_ID = re.compile(
    r"\b(?:ami|eni|subnet|sg|vpc|vpce|rtb|nat|igw|acl|vol|snap|lt|eipalloc|tgw|tgw-attach|pcx|fs|fsap|pl|cr)"
    r"-[0-9a-f]{8,17}\b"
)
_GONE = re.compile(
    r"(?:does|do|did)(?: not|n't) exist|not (?:be )?found|NotFound|NoSuch|no such|(?:can ?not|can't) find|"
    r"could not find|"
    r"deleted|deregistered|is disabled|pending deletion|Unknown(?:Resource|Host)|no longer",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"['\"`\[\u201c](?P<quoted>[\w/.@+=-]{4,128})['\"`\]\u201d]|(?<![\w/])(?P<path>/[\w.-]+(?:/[\w.-]+){1,6})"
)
#: What clients asked for over HTTP, and what an address ends with, is nothing AWS knows by that name.
_OVER_HTTP = re.compile(
    r"\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s{1,3}['\"`]?/[^\s'\"`]*|\b[a-z][a-z0-9+.-]{1,20}://[^\s'\"`]+",
    re.IGNORECASE,
)
#: A file, a module or a word of a sentence is nothing AWS has a record of.
_TELLING = re.compile(r"[-_/]|\d")
_A_FILE = re.compile(r"\.(?:py|js|mjs|ts|java|go|rb|php|so|json|ya?ml|html?|conf|sh|jar|log|txt|csv|sock|pem)$")
#: Which call takes away what an error says is gone; the trail does not always name what a call was about.
_TAKEN_BY = (
    (re.compile(r"\bami-[0-9a-f]{8}|image id", re.IGNORECASE), "DeregisterImage"),
    (re.compile(r"\bsnap-[0-9a-f]{8}"), "DeleteSnapshot"),
    (re.compile(r"\bsg-[0-9a-f]{8}|InvalidGroup|security group", re.IGNORECASE), "DeleteSecurityGroup"),
    (re.compile(r"launch ?template|\blt-[0-9a-f]{8}", re.IGNORECASE), "DeleteLaunchTemplate"),
    (re.compile(r"instance ?profile", re.IGNORECASE), "DeleteInstanceProfile"),
    (re.compile(r"key ?pair", re.IGNORECASE), "DeleteKeyPair"),
    (re.compile(r"secret", re.IGNORECASE), "DeleteSecret"),
    (re.compile(r"ParameterNotFound|ssm", re.IGNORECASE), "DeleteParameter"),
    (re.compile(r"\btable\b|dynamodb", re.IGNORECASE), "DeleteTable"),
    (re.compile(r"NonExistentQueue|QueueDoesNotExist|specified queue"), "DeleteQueue"),
    (re.compile(r"NoSuchBucket|specified bucket"), "DeleteBucket"),
    (re.compile(r"\btopic\b", re.IGNORECASE), "DeleteTopic"),
    (re.compile(r"Function not found|:function:"), "DeleteFunction20150331"),
    (re.compile(r"CannotPull|manifest|repository", re.IGNORECASE), "BatchDeleteImage"),
)
_MOST_CALLS = 2
#: Members of a configuration in which a service says what went wrong.
_SAYS = (
    "failed_activities",
    "failures",
    "events",
    "stopped_tasks",
    "StateReason",
    "LastUpdateStatusReason",
    "StateTransitionReason",
    "LastProcessingResult",
)
#: Members that say when it was, the last time counts.
_TIMES = ("StartTime", "last", "stopped", "at")
#: Datapoints stand for whole periods: what made them bad may have been a little before.
_SLACK = timedelta(minutes=5)
_MOST = 4
_WHY = "named by errors: "
_MOST_WHY = 100


def told_of(done: Mapping[str, Mapping[str, Any]], onset: datetime) -> dict[str, str]:
    """Ids, and names of what is said to be gone, that errors since the onset tell of; each with the error.

    Ids of EC2 come first, then what is quoted; a path may be one of a file or of a request as well.
    """
    named = [(rank, name, text) for text in _errors(done, onset) for rank, name in _names_in(text)]
    found: dict[str, str] = {}
    for _, name, text in sorted(named, key=lambda each: each[0]):
        found.setdefault(name, f"{_WHY}{text}"[:_MOST_WHY])
    return dict(list(found.items())[:_MOST])


def calls_of(done: Mapping[str, Mapping[str, Any]], onset: datetime) -> list[str]:
    """The calls that would have taken away what errors since the onset say is gone."""
    gone = [text for text in _errors(done, onset) if _GONE.search(text)]
    found = dict.fromkeys(call for text in gone for says, call in _TAKEN_BY if says.search(text))
    return list(found)[:_MOST_CALLS]


def _errors(done: Mapping[str, Mapping[str, Any]], onset: datetime) -> Iterator[str]:
    for section, answer in done.items():
        kind = section.partition(":")[0]
        if kind == "logs":
            yield from (text for template, text in errors_in(answer) if is_new(template))
        if kind in ("configuration", "surroundings"):
            yield from (text for key in _SAYS for text in _texts_in(answer.get(key), onset - _SLACK))


def _texts_in(value: Any, since: datetime) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts_in(each, since)
    elif isinstance(value, dict):
        times = [at for key in _TIMES if (at := known_time(value.get(key))) is not None]
        if not times or max(times) >= since:
            for each in value.values():
                yield from _texts_in(each, since)


def _names_in(text: str) -> list[tuple[int, str]]:
    """Names with how much they tell: 0 for an id, 1 for what is quoted, 2 for a path."""
    found = [(0, name) for name in _ID.findall(text)]
    if _GONE.search(text):
        for match in _NAMED.finditer(_OVER_HTTP.sub(" ", text)):
            word = match["quoted"] or match["path"]
            if _TELLING.search(word) and not _A_FILE.search(word):
                found.append((1 if match["quoted"] else 2, word.strip(".")))
    return found
