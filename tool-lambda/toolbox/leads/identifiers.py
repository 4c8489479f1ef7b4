"""Ids and names in errors of what the account may no longer hold: the trail knows what became of it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolbox.leads.sources import errors_in, is_new

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
_MOST = 4
_WHY = "named by errors: "
_MOST_WHY = 100


def told_of(done: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Ids, and names of what is said to be gone, that errors since the onset tell of; each with the error."""
    found: dict[str, str] = {}
    for text in _errors(done):
        for name in _names_in(text):
            found.setdefault(name, f"{_WHY}{text}"[:_MOST_WHY])
    return dict(list(found.items())[:_MOST])


def calls_of(done: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The calls that would have taken away what errors since the onset say is gone."""
    gone = [text for text in _errors(done) if _GONE.search(text)]
    found = dict.fromkeys(call for text in gone for says, call in _TAKEN_BY if says.search(text))
    return list(found)[:_MOST_CALLS]


def _errors(done: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for section, answer in done.items():
        kind = section.partition(":")[0]
        if kind == "logs":
            yield from (text for template, text in errors_in(answer) if is_new(template))
        if kind in ("configuration", "surroundings"):
            yield from (text for key in _SAYS for text in _texts_in(answer.get(key)))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(each)


def _names_in(text: str) -> list[str]:
    found = _ID.findall(text)
    if _GONE.search(text):
        words = (match["quoted"] or match["path"] for match in _NAMED.finditer(text))
        found += [word.strip(".") for word in words if _TELLING.search(word) and not _A_FILE.search(word)]
    return list(dict.fromkeys(found))
