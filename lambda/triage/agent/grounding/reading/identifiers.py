"""Names of things in claims: ARNs, resource names, ids, hosts, paths, versions, actions, error names.

What makes a word a name is its form: digits beside letters, underscores, capitals inside, a path, a host, dashes
that are no English compound, or back-ticks. A name of one plain word (a table called ``orders``) cannot be told
from English and is only checked in back-ticks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.vocabulary import (
    ARN_WORDS,
    COMPOUND_ENDINGS,
    COMPOUND_FIRST,
    COMPOUND_LAST,
    COMPOUND_MIDDLE,
    PRODUCTS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_BETWEEN_WORDS = re.compile(r"""[\s()\[\]{}<>,;"'`|=!?]+|--+""")
_AROUND = ".:*/#&+$~^\\-"
_EVIDENCE_ID = re.compile(r"E\d{1,3}")
_ORDINAL = re.compile(r"\d+(st|nd|rd|th)", re.IGNORECASE)
_HOST_OR_FILE = re.compile(r"[\w-]+(\.[\w-]+)+")
_MARKED = re.compile(r"\d|_|[a-z][A-Z]|[A-Z]{2,}[a-z]{2,}")
_ERRNO = re.compile(r"E[A-Z]{5,}")
_PARTS = re.compile(r"[:/@#]+")


def names_in(text: str) -> Iterator[str]:
    """The names in a claim, from which times and numbers were taken out before."""
    for word in _BETWEEN_WORDS.split(text):
        stripped = _trimmed(word)
        if is_name(stripped):
            yield stripped
        elif "/" in stripped:
            # Words side by side: "CPU/memory", "orders-api/payments-api".
            yield from (part for part in map(_trimmed, stripped.split("/")) if is_name(part))


def is_name(word: str) -> bool:
    """Whether a word names a thing, as far as its form tells."""
    if len(word) < 2 or word.casefold() in PRODUCTS or _EVIDENCE_ID.fullmatch(word) or _ORDINAL.fullmatch(word):
        return False
    if not any(character.isalpha() for character in word):
        return word.count(".") > 1 or any(mark in word for mark in ":/@#-")
    if _MARKED.search(_singular(word)) or _ERRNO.fullmatch(word) or word.startswith("/"):
        return True
    return _is_joined(word)


def _is_joined(word: str) -> bool:
    """Whether words are joined into a name; by a slash, they just stand side by side."""
    if "/" in word:
        return word.startswith("arn:")
    if ":" in word:
        return True
    return bool(_HOST_OR_FILE.fullmatch(word)) if "." in word else "-" in word and not is_compound(word)


def is_compound(word: str) -> bool:
    """Whether a word with dashes is English: ``end-to-end``, ``read-only``, ``rate-limited``."""
    parts = [part.casefold() for part in word.split("-")]
    return (
        not all(part.isalpha() for part in parts)
        or parts[0] in COMPOUND_FIRST
        or parts[-1] in COMPOUND_LAST
        or parts[-1].endswith(COMPOUND_ENDINGS)
        or any(part in COMPOUND_MIDDLE for part in parts[1:-1])
    )


def states(text: str, name: str) -> bool:
    """Whether evidence states a name: as a whole, or every part of one that is put together.

    A model writes ``dynamodb:GetItem`` where a log says "calling the GetItem operation", and completes ARNs. A
    part of a longer name is not it: ``orders`` is not stated by ``orders-archive``, but a workload is by the names
    that were made from its own: ``orders`` by the pod ``orders-7d9f8c6b5-x2k4q``.

    Args:
        text: of the evidence, case-folded.
    """
    return any(_occurs(text, form) or _parts_occur(text, form) for form in _forms(name.casefold()))


def _forms(name: str) -> Iterator[str]:
    yield name
    if name.endswith("s"):
        yield _singular(name)


def _occurs(text: str, name: str) -> bool:
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        # A path is stated by the URL that ends with it.
        if (name.startswith("/") or _ends_before(text, start)) and (
            _ends_after(text, end) or _is_workload_of(text, start, end)
        ):
            return True
        start = text.find(name, start + 1)
    return False


def _ends_before(text: str, start: int) -> bool:
    return start == 0 or not re.search(r"[a-z0-9_]$|[a-z0-9_]-$", text[max(0, start - 2) : start])


_LONGER = re.compile(r"(?!(?:exceptions?|errors?|failure|s)\b(?!-)|\d{8})[a-z0-9_]|-[a-z0-9]")


def _ends_after(text: str, end: int) -> bool:
    """``AccessDenied`` is stated by ``AccessDeniedException``, an action by the one with its API version."""
    return not _LONGER.match(text, end)


# What Kubernetes, ECS, ElastiCache and Auto Scaling put behind the name of a workload.
_GENERATED = re.compile(
    r"-(?:[a-z0-9]{8,10}-[a-z0-9]{5}|(?=[a-z]*\d)[a-z0-9]{5}|(?=[a-f]*\d)[0-9a-f]{8,40}|0\d\d|i-[0-9a-f]{8,17}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![a-z0-9_]|-[a-z0-9])"
)
_NUMBERED = re.compile(r"-\d{1,2}(?![a-z0-9_.]|-[a-z0-9])")
_ONE_OF_SEVERAL = re.compile(r"\b(?:broker|container|instance|member|node|pod|replica|worker)s?[\s\"':=]{1,4}$")


def _is_workload_of(text: str, start: int, end: int) -> bool:
    """Whether the name is that of a workload, and what stands here one of its pods, nodes or instances."""
    if _GENERATED.match(text, end):
        return True
    return bool(_NUMBERED.match(text, end) and _ONE_OF_SEVERAL.search(text, max(0, start - 16), start))


def _parts_occur(text: str, name: str) -> bool:
    parts = [part for part in _PARTS.split(name) if part and part not in ARN_WORDS]
    if len(parts) < 2:
        return False
    is_arn = name.startswith("arn:")
    # Service and kind of resource are plain words of an ARN; what tells one resource from another comes last.
    return all(
        _occurs(text, part) or _says_no_resource(part, name, is_last=index == len(parts) - 1, is_arn=is_arn)
        for index, part in enumerate(parts)
    )


def _says_no_resource(part: str, name: str, *, is_last: bool, is_arn: bool) -> bool:
    if is_last or not part.isalpha():
        return False
    return is_arn or name.startswith("/aws/") or (":" in name and name.startswith(f"{part}:"))


def _trimmed(word: str) -> str:
    """Without the punctuation of the sentence; a path keeps its first slash, a possessive loses its ``'s``."""
    trimmed = word.rstrip(_AROUND)
    return trimmed.lstrip(_AROUND.replace("/", "").replace("$", "")).lstrip("$")


def _singular(word: str) -> str:
    return word.removesuffix("s")
