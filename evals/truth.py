"""What is right about an incident: `truth.json`, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.matching import VariantError
from evals.matching import parse as parse_variant
from triage.domain.report import Category, Disposition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.matching import Variant

VERSION = 1

DIFFICULTIES = ("easy", "medium", "hard")

TRAITS = frozenset(
    {
        "absence", "agent_denied", "bad_deploy_after_good", "certificate", "config_drift", "conflicting_evidence",
        "dependency_down", "false_alarm", "healthy_now", "injection", "innocent_change", "intermittent",
        "missing_metric", "no_data", "noisy_errors", "poison_message", "quota", "red_herring", "slow_burn",
        "traffic_spike", "two_faults", "two_hops", "unknowable",
    }
)  # fmt: skip

FACT_KINDS = frozenset({"cause", "onset", "change", "impact", "state"})


class TruthError(ValueError):
    """truth.json is not what README.md describes; the message names the member."""


@dataclass(frozen=True)
class Statement:
    """Something a report may say.

    Attributes:
        id: Name within the scenario.
        says: The sentence, as a person would write it.
        any_of: Ways to say it.
    """

    id: str
    says: str
    any_of: tuple[Variant, ...]


@dataclass(frozen=True)
class Fact(Statement):
    """What a good report says; `weight` is its share of the points for facts."""

    kind: str
    weight: float


@dataclass(frozen=True)
class Decisive:
    """Evidence without which the cause cannot be known.

    Attributes:
        id: Name within the scenario; a probe answers under it.
        any_of: What a quote of it holds.
        remove: Patterns of what the perturbation `without` drops.
        remove_metrics: `Namespace:MetricName` of what it drops.
    """

    id: str
    any_of: tuple[Variant, ...]
    remove: tuple[str, ...]
    remove_metrics: tuple[str, ...]


@dataclass(frozen=True)
class Truth:
    """What is right, what is forbidden, what decides."""

    title: str
    difficulty: str
    services: tuple[str, ...]
    traits: frozenset[str]
    category: tuple[Category, ...]
    disposition: tuple[Disposition, ...]
    facts: tuple[Fact, ...]
    forbidden: tuple[Statement, ...]
    decisive: tuple[Decisive, ...]
    without_decisive: tuple[Category, ...]
    unknowable: tuple[str, ...]
    names: tuple[str, ...]


def parse(document: Any) -> Truth:
    """Read a filled truth.json.

    Raises:
        TruthError: with the path of the member and what to write instead.
    """
    root = _Members(document, "truth")
    if root.take("version") != VERSION:
        raise TruthError(f"truth.version: this reads version {VERSION}.")
    truth = Truth(
        title=root.text("title"),
        difficulty=root.one_of("difficulty", DIFFICULTIES),
        services=root.texts("services"),
        traits=frozenset(root.texts("traits", required=False)),
        category=tuple(Category(value) for value in root.values("category", [one.value for one in Category])),
        disposition=tuple(Disposition(v) for v in root.values("disposition", [one.value for one in Disposition])),
        facts=tuple(_fact(item) for item in root.items("facts")),
        forbidden=tuple(_statement(item) for item in root.items("forbidden", required=False)),
        decisive=tuple(_decisive(item) for item in root.items("decisive", required=False)),
        without_decisive=_without(root),
        unknowable=root.texts("unknowable", required=False),
        names=root.texts("names", required=False),
    )
    root.finish()
    _check(truth)
    return truth


def _check(truth: Truth) -> None:
    if unknown := truth.traits - TRAITS:
        raise TruthError(f"truth.traits: {sorted(unknown)} unknown; write any of {', '.join(sorted(TRAITS))}.")
    if short := [name for name in truth.names if len(name) < 4]:
        raise TruthError(f"truth.names: {short} would be found in other words; four characters or more.")
    if not any(fact.kind == "cause" for fact in truth.facts):
        raise TruthError("truth.facts: one fact at least is of kind cause (for the unknowable: what is missing).")
    for name, group in (("facts", truth.facts), ("forbidden", truth.forbidden), ("decisive", truth.decisive)):
        ids = [item.id for item in group]
        if len(ids) != len(set(ids)):
            raise TruthError(f"truth.{name}: an id occurs twice.")


def _without(root: _Members) -> tuple[Category, ...]:
    given = root.take("without_decisive", {})
    if not given:
        return (Category.UNKNOWN,)
    members = _Members(given, "truth.without_decisive")
    found = tuple(Category(value) for value in members.values("category", [one.value for one in Category]))
    members.text("says", required=False)
    members.finish()
    return found


def _fact(item: _Members) -> Fact:
    kind = item.one_of("kind", sorted(FACT_KINDS))
    weight = item.take("weight", 1)
    if not isinstance(weight, int | float) or weight <= 0:
        raise TruthError(f"{item.path}.weight: a number above 0.")
    found = Fact(item.text("id"), item.text("says"), item.variants(), kind, float(weight))
    item.finish()
    return found


def _statement(item: _Members) -> Statement:
    found = Statement(item.text("id"), item.text("says"), item.variants())
    item.finish()
    return found


def _decisive(item: _Members) -> Decisive:
    remove = item.texts("remove", required=False)
    for pattern in remove:
        try:
            re.compile(pattern)
        except re.error as error:
            raise TruthError(f"{item.path}.remove: {pattern!r}: {error}") from None
    item.text("source", required=False)
    found = Decisive(item.text("id"), item.variants(), remove, item.texts("remove_metrics", required=False))
    item.finish()
    return found


class _Members:
    """An object of the document, each member read once; what nobody reads is a mistake."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, Mapping):
            raise TruthError(f"{path}: write an object.")
        self._left = dict(value)
        self.path = path

    def take(self, key: str, default: Any = None) -> Any:
        return self._left.pop(key, default)

    def text(self, key: str, *, required: bool = True) -> str:
        value = self.take(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            raise TruthError(f"{self.path}.{key}: write a text.")
        return value

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        value = self.take(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise TruthError(f"{self.path}.{key}: write a list of texts.")
        if required and not value:
            raise TruthError(f"{self.path}.{key}: at least one.")
        return tuple(value)

    def one_of(self, key: str, legal: Sequence[str]) -> str:
        value = self.take(key)
        if value not in legal:
            raise TruthError(f"{self.path}.{key}: write one of {', '.join(legal)}, not {value!r}.")
        return str(value)

    def values(self, key: str, legal: Sequence[str]) -> tuple[str, ...]:
        found = self.texts(key)
        for value in found:
            if value not in legal:
                raise TruthError(f"{self.path}.{key}: write any of {', '.join(legal)}, not {value!r}.")
        return found

    def items(self, key: str, *, required: bool = True) -> list[_Members]:
        value = self.take(key, [])
        if not isinstance(value, list) or (required and not value):
            raise TruthError(f"{self.path}.{key}: write a list of objects.")
        return [_Members(item, f"{self.path}.{key}[{index}]") for index, item in enumerate(value)]

    def variants(self) -> tuple[Variant, ...]:
        value = self.take("any_of")
        if not isinstance(value, list) or not value:
            raise TruthError(f"{self.path}.any_of: write a list with one variant at least.")
        try:
            return tuple(parse_variant(item) for item in value)
        except VariantError as error:
            raise TruthError(f"{self.path}.any_of: {error}") from None

    def finish(self) -> None:
        if self._left:
            raise TruthError(f"{self.path}: unknown member {', '.join(sorted(self._left))}.")
