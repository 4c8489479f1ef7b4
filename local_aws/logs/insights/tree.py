"""The syntax tree of a query: expressions and commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import re

    from local_aws.logs.insights.periods import Period


@dataclass(frozen=True)
class Literal:
    """A text or a number."""

    value: str | float


@dataclass(frozen=True)
class FieldName:
    """A field of the event, or a name given earlier in the query."""

    name: str


@dataclass(frozen=True)
class PeriodLiteral:
    """A period of time such as 5m."""

    period: Period


@dataclass(frozen=True)
class Star:
    """The `*` of count(*)."""


@dataclass(frozen=True)
class Unary:
    """`-` or `not`, and what follows."""

    symbol: str
    operand: Expression


@dataclass(frozen=True)
class Binary:
    """An arithmetic, comparing or joining operator between two expressions."""

    symbol: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Membership:
    """`subject in [a, b]`."""

    subject: Expression
    options: tuple[Expression, ...]


@dataclass(frozen=True)
class Likeness:
    """`subject like …` or `subject =~ …`: a regular expression or a text to be found."""

    subject: Expression
    sought: re.Pattern[str] | str


@dataclass(frozen=True)
class Call:
    """A function and its arguments; `written` is the call as it stands in the query."""

    function: str
    arguments: tuple[Expression, ...]
    written: str


Expression: TypeAlias = Literal | FieldName | PeriodLiteral | Star | Unary | Binary | Membership | Likeness | Call


@dataclass(frozen=True)
class Column:
    """An expression and the name its values are shown under."""

    expression: Expression
    name: str
    aliased: bool


@dataclass(frozen=True)
class Fields:
    """Shows more columns."""

    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Display:
    """Shows these columns only."""

    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Filter:
    """Keeps the rows for which a condition holds."""

    condition: Expression


@dataclass(frozen=True)
class Parse:
    """Takes values out of a text, by a regular expression with one group per name."""

    subject: Expression
    regex: re.Pattern[str]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Stats:
    """Replaces the rows by one row per group."""

    columns: tuple[Column, ...]
    groups: tuple[Column, ...]


@dataclass(frozen=True)
class SortKey:
    """What to sort by, and which way."""

    expression: Expression
    descending: bool


@dataclass(frozen=True)
class Sort:
    """Orders the rows."""

    keys: tuple[SortKey, ...]


@dataclass(frozen=True)
class Limit:
    """Keeps the first rows."""

    count: int


@dataclass(frozen=True)
class Dedup:
    """Keeps the first row of each combination of values."""

    fields: tuple[Expression, ...]


Command: TypeAlias = Fields | Display | Filter | Parse | Stats | Sort | Limit | Dedup
