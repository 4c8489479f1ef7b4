"""Connections that targets close while their load balancer still uses them.

Elastic Load Balancing, "Troubleshoot your Application Load Balancers", HTTP 502: the target closed the connection
while a request was outstanding; it must keep it alive for longer than the load balancer leaves it idle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Reading, Scene
    from triage.first_look.observations.quoting import Quote

_KEEP_ALIVE = re.compile(r"(?i)^[\w.-]*keep[-_]?alive[\w.-]*$")
_IN_TEXT = re.compile(r"(?i)\b(?P<name>[\w.-]*keep[-_]?alive[\w.-]*)[\"']?\s?[=:]\s?\"?(?P<value>\d+)")
_CHANGED = re.compile(r"^(?P<name>[\w.-]+): (?P<before>.+) before, (?P<now>.+) now$")
_OWN = ("HTTPCode_ELB_502_Count", "HTTPCode_ELB_5XX_Count")
_OF_TARGETS = ("HTTPCode_Target_5XX_Count", "TargetConnectionErrorCount")
_IDLE = "idle_timeout.timeout_seconds"
#: Elastic Load Balancing's default, where the attribute could not be read.
_USUAL_IDLE_S = 60.0
#: Settings of more than ten minutes are meant in milliseconds.
_MOST_SECONDS = 600.0


@dataclass(frozen=True)
class _KeepAlive:
    """How long a target keeps an idle connection, as far as something says so."""

    about: str
    says: str
    seconds: float | None
    is_new: bool
    quotes: tuple[Quote, ...]


@signature(
    "keep-alive-shortened",
    Category.BAD_DEPLOY,
    "a load balancer answers 502 itself, and a new version of its targets closes idle connections before it does",
)
def _shortened(scene: Scene) -> Iterator[Candidate]:
    yield from (each for each, is_new in _closed_early(scene) if is_new)


@signature(
    "keep-alive-too-short",
    Category.CONFIGURATION_MISSING,
    "a load balancer answers 502 itself, and its targets are set to close idle connections before it does",
)
def _too_short(scene: Scene) -> Iterator[Candidate]:
    yield from (each for each, is_new in _closed_early(scene) if not is_new)


def _closed_early(scene: Scene) -> Iterator[tuple[Candidate, bool]]:
    own = next((each for each in scene.reading(*_OWN) if each.rises and each.still is not False), None)
    if own is None or any(each.rises for each in scene.reading(*_OF_TARGETS)):
        return
    idle, words = _idle(scene)
    early = [each for each in _said(scene) if each.seconds is None or each.seconds < idle]
    best = min(early, key=lambda each: (not each.is_new, each.seconds is None), default=None)
    if best is not None:
        told = [each for each in early if each is not best and each.about == best.about][:1]
        yield _candidate(best, told, own, idle, words, scene), best.is_new or any(each.is_new for each in told)


def _candidate(
    best: _KeepAlive, told: list[_KeepAlive], own: Reading, idle: float, words: tuple[Quote, ...], scene: Scene
) -> Candidate:
    is_new = best.is_new or any(each.is_new for each in told)
    after = f" after {best.seconds:g} s" if best.seconds is not None else " earlier than before"
    says = "; ".join(each.says for each in (best, *told))
    none = next((each for each in scene.reading(_OF_TARGETS[0]) if each.steady == 0), None)
    return Candidate(
        "keep-alive-shortened" if is_new else "keep-alive-too-short",
        Category.BAD_DEPLOY if is_new else Category.CONFIGURATION_MISSING,
        f"{best.about} closes idle keep-alive connections{after} ({says}), before the load balancer does, whose "
        f"idle time-out is {idle:g} s: requests it sends into connections that are being closed end in 502, which "
        f"the load balancer itself makes{'; its targets answer no 5XX' if none else ''}",
        f"{best.about} closes idle connections before the load balancer does: 502 now and then",
        0.93 if best.seconds is not None else 0.86,
        Depth.CAUSE,
        about=best.about,
        names=frozenset({best.about}),
        quotes=(
            *best.quotes,
            *(quote for each in told for quote in each.quotes),
            *words,
            *own.quotes,
            *(none.quotes if none else ()),
        ),
        speaks_for=(says, own.text),
        kin=(Kin.DEPLOYMENT,),
    )


def _idle(scene: Scene) -> tuple[float, tuple[Quote, ...]]:
    """After how many seconds the load balancer itself closes what is idle."""
    for each in scene.settings:
        if each.path.endswith(_IDLE) and re.fullmatch(r"\d+", each.value):
            return float(each.value), each.quotes
    return _USUAL_IDLE_S, ()


def _said(scene: Scene) -> Iterator[_KeepAlive]:
    """What configurations, start-up lines and differences to the version before say of it."""
    for setting in scene.settings:
        found = _CHANGED.match(setting.value) if setting.key == "unlike_version" else None
        if found and _KEEP_ALIVE.match(found["name"]) and _is_shorter(found):
            says = f"{found['name']}: {found['before']} before, {found['now']} now"
            yield _KeepAlive(
                setting.about or scene.subject, says, _seconds(found["now"]), is_new=True, quotes=setting.quotes
            )
        elif _KEEP_ALIVE.match(setting.key) and _seconds(setting.value):
            says = f"{setting.key}={setting.value}"
            yield _KeepAlive(setting.about, says, _seconds(setting.value), is_new=False, quotes=setting.quotes)
    for share in scene.shares:
        if _KEEP_ALIVE.match(share.field) and _seconds(share.value):
            says = f"{share.field}={share.value}"
            yield _KeepAlive(share.about, says, _seconds(share.value), share.other == 0.0, share.quotes)
    for complaint in scene.complaints:
        said = _IN_TEXT.search(complaint.text)
        if said and _seconds(said["value"]):
            says = f"{said['name']}={said['value']}"
            yield _KeepAlive(
                complaint.about, says, _seconds(said["value"]), not complaint.before, complaint.quotes
            )


def _is_shorter(found: re.Match[str]) -> bool:
    """Whether a new value is less, or is left to a default nobody knows."""
    before, now = _seconds(found["before"]), _seconds(found["now"])
    return before is not None and (now is None or now < before)


def _seconds(value: str) -> float | None:
    if not re.fullmatch(r"\d+(?:\.\d+)?", value):
        return None
    number = float(value)
    return number / 1000 if number > _MOST_SECONDS else number


SIGNATURES: tuple[Signature, ...] = (_shortened, _too_short)
