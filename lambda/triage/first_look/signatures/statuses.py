"""Statuses in logs that name no error: what lines since the onset, or failing ones, have in a field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.facts import Compared
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.first_look.observations.facts import Scene, Share

_FIELD = re.compile(r"(?i)status|code|error|reason|result|outcome|grpc|response_?flags|exception|fault")
_TELLING = 0.25
"""How much more of the lines must have it than of those they are compared with."""
_LEAST = 5


@dataclass(frozen=True)
class _Status:
    """A value of a status field that means one thing.

    Attributes:
        values: regular expression over the whole value: codes of HTTP and of gRPC, response flags of Envoy,
            error types of API Gateway.
        says: the statement; ``{about}`` is whose log it is.
    """

    name: str
    category: Category
    looks_like: str
    values: str
    says: str
    weight: float
    depth: Depth
    kin: tuple[Kin, ...]


_STATUSES = (
    _Status(
        "status-timed-out",
        Category.TIMEOUT,
        "a status of time-outs in access logs: 504, DeadlineExceeded",
        r"(?i)504|408|deadline_?exceeded|(?:gateway|integration|request|upstream)_?time-?out\w*|timed?_?out|UT",
        "requests of {about} end because a time-out runs out",
        0.66,
        Depth.SYMPTOM,
        (Kin.CONFIGURATION, Kin.CAPACITY, Kin.DEPLOYMENT, Kin.NETWORK),
    ),
    _Status(
        "status-throttled",
        Category.THROTTLED,
        "a status of throttles in access logs: 429, THROTTLED, RESOURCE_EXHAUSTED",
        r"(?i)429|throttled?|throttling\w*|too_?many_?requests\w*|quota_?exceeded|resource_?exhausted|slow_?down",
        "requests to {about} are throttled",
        0.8,
        Depth.EFFECT,
        (Kin.CAPACITY, Kin.SCHEDULE),
    ),
)


def _made(status: _Status) -> Signature:
    wanted = re.compile(status.values)

    @signature(status.name, status.category, status.looks_like)
    def find(scene: Scene) -> Iterable[Candidate]:
        return _found(status, [each for each in scene.shares if _counts(each) and wanted.fullmatch(each.value)])

    return find


def _counts(share: Share) -> bool:
    compared = share.compared in (Compared.SINCE_ONSET, Compared.FAILING)
    more = share.share - share.other >= _TELLING and share.count >= _LEAST
    return compared and more and bool(_FIELD.search(share.field))


def _found(status: _Status, shares: list[Share]) -> Iterator[Candidate]:
    """One hypothesis for each log, by the share that is telling most."""
    logs = dict.fromkeys(each.about for each in shares)
    for about in logs:
        told = sorted((each for each in shares if each.about == about), key=lambda each: each.other - each.share)
        statement = status.says.format(about=about or "the resource")
        yield Candidate(
            status.name,
            status.category,
            f"{statement}: {told[0].text}",
            statement,
            status.weight,
            status.depth,
            about=about,
            names=frozenset({about} if about else ()),
            quotes=tuple(quote for each in told[:2] for quote in each.quotes),
            speaks_for=tuple(each.text for each in told[:2]),
            kin=status.kin,
            hop=told[0].hop,
            direct=False,
        )


SIGNATURES: tuple[Signature, ...] = tuple(_made(status) for status in _STATUSES)
