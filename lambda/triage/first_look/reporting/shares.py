"""Which share of what a resource does fails, in figures and in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Scene, Watched

_HALF = 0.5
_NEARLY = 0.06
_NEARLY_ALL = 0.9
_EVERY = 0.97
_HARDLY_ANY = 0.01
_LEAST_STEM = 3
_FAILED = re.compile(r"(?i)_?(?:fail(?:ed|ures?)?|errors?|rejected|refused)$")
_ALL = re.compile(r"(?i)s?_?(?:total|handled|started|received|requests?|calls?|count|attempts?|all)?s?")
_IS_A_SHARE = re.compile(r"(?i)share|rate$|ratio|percent|pct")
_FAILING = re.compile(r"(?i)fail|error|reject|refus|[45]xx|^(?:share|rate|ratio|percent)$")

_OF = {
    "HTTPCode_Target_5XX_Count": "RequestCount",
    "HTTPCode_ELB_5XX_Count": "RequestCount",
    "5XXError": "Count",
    "4XXError": "Count",
    "Errors": "Invocations",
    "ExecutionsFailed": "ExecutionsStarted",
    "5xx": "Count",
    "4xx": "Count",
    "HTTPCode_Target_4XX_Count": "RequestCount",
    "HTTPCode_ELB_4XX_Count": "RequestCount",
    "FailedBuilds": "Builds",
    "NumberOfNotificationsFailed": "NumberOfMessagesPublished",
    "FailedInvocations": "Invocations",
}
"""What a count of failures is a part of."""


def of_failures(scene: Scene) -> Iterator[str]:
    """Failures by all requests, where both are counted in the same periods."""
    watched = scene.watched
    if watched is None or watched.after is None:
        return
    if not _is_of_failures(watched.name, scene):
        yield from _as_it_says(watched)
        yield from _beside(scene)
    elif not scene.invocations:
        yield from _of_the_watched(watched, scene)


def _is_of_failures(name: str, scene: Scene) -> bool:
    return bool(name in _OF or _whole_of(name, scene))


def _as_it_says(watched: Watched) -> Iterator[str]:
    """A metric that is a share by its name: 30.9 of ``errorRate`` are percent, 0.31 are a fraction."""
    if watched.after is None or not _IS_A_SHARE.search(watched.name) or not _FAILING.search(watched.name):
        return
    share = watched.after if watched.after <= 1 else watched.after / 100
    if 0 < share <= 1:
        yield f"That is {share:.1%} of all{_in_words(share)}"


def _beside(scene: Scene) -> Iterator[str]:
    """Other metrics of the alarm's resource that count failures, where nearly all it does fails."""
    for part, all_of_them in _OF.items():
        for failed in scene.reading(part):
            for total in scene.reading(all_of_them):
                own = failed.about == total.about and not failed.hop and not failed.watched
                if own and failed.after and total.after and failed.after >= _EVERY * total.after:
                    yield f"All {total.name} of {total.about} fail: {failed.after:g} {part} of {total.after:g}"
                    return


def _of_the_watched(watched: Watched, scene: Scene) -> Iterator[str]:
    if watched.after is None:
        return
    whole = _OF.get(watched.name) or _whole_of(watched.name, scene)
    metric = scene.signal.watched_metric
    if metric is not None and metric.statistic == "Average":  # of zeros and ones: it is the share itself
        if 0 < watched.after <= 1:
            yield f"That is {watched.after:.1%} of all requests{_in_words(watched.after)}"
        return
    for each in scene.reading(whole):
        total = each.level
        if total and (each.about == scene.subject or not each.hop) and 0 < watched.after <= total:
            share = watched.after / total
            yield f"That is about {share:.1%} of {total:g} ({whole}){_in_words(share)}"
            return


def _whole_of(name: str, scene: Scene) -> str:
    """Of a metric of failures that the account named itself: the one beside it that counts all, by its name."""
    if name.startswith("HTTPCode_"):
        return "RequestCount"
    found = _FAILED.search(name)
    stem = name[: found.start()] if found else ""
    if len(stem) < _LEAST_STEM:
        return ""
    own = [each for each in scene.readings if not each.watched and not each.hop]
    return next((each.name for each in own if _ALL.fullmatch(each.name.removeprefix(stem))), "")


def _in_words(share: float) -> str:
    """``, one in six``: what a share is for who reads it at night; most and very few speak for themselves."""
    if share >= _NEARLY_ALL or share < _HARDLY_ANY:
        return ""
    if abs(share - _HALF) <= _NEARLY:
        return ", about half of the requests"
    return f", one in {1 / share:.0f}; others succeed" if share < _HALF - _NEARLY else ", the others succeed"
