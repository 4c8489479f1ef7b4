"""What is declared for one service, and questions about it with their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

ACCOUNT = "210987654321"
REGION = "ap-south-1"
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(**span: float) -> str:
    """A time before now, as declarations write it."""
    return (NOW - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(**span: float) -> datetime:
    """A time before now, as boto3 takes it."""
    return NOW - timedelta(**span)


def arn(service: str, resource: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def keyed(*pairs: tuple[Mapping[str, Any], Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Documents that say what they answer."""
    return [{"when": when, "answer": answer} for when, answer in pairs]


def named(name: str, *values: str) -> list[dict[str, Any]]:
    """A filter as EC2 and RDS take it."""
    return [{"Name": name, "Values": list(values)}]


@dataclass(frozen=True)
class Question:
    """One operation, asked in several ways.

    Attributes:
        operation: As the API names it.
        shows: JMESPath from the answer to names.
        without: Names shown for the base request, in their order, separated by spaces.
        base: Members every request has.
        cases: By member, a value and the names shown then; `!Code` for an error.
        more: Further requests and what they show.
    """

    operation: str
    shows: str
    without: str
    base: Mapping[str, Any] = field(default_factory=dict)
    cases: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    more: tuple[tuple[Mapping[str, Any], str], ...] = ()


@dataclass(frozen=True)
class World:
    """One service.

    Attributes:
        service: As boto3 names it.
        declared: Documents by operation.
        questions: About them.
    """

    service: str
    declared: Mapping[str, Any]
    questions: tuple[Question, ...]


def ask(operation: str, shows: str, without: str, base: Mapping[str, Any] | None = None, **cases: Any) -> Question:
    """A question whose cases are keywords."""
    more = cases.pop("more", ())
    return Question(operation, shows, without, base or {}, cases, more)
