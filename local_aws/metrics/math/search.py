"""Search expressions: which metrics a SEARCH finds (CloudWatch user guide, "CloudWatch search expression syntax").

{Namespace, Dimension, …} MetricName="Errors" (Dimension=checkout OR NOT staging)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws.metrics.math.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.metrics.store import Metric

    Matches = Callable[[Metric], bool]

_LONGEST = 1024
_DEEPEST = 40

_SCHEMA = re.compile(r"\s*\{(?P<names>[^}]*)\}\s*,?")
_SCHEMA_NAME = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^,"]+?))\s*(?:,|$)')

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<symbol>[()=])
    | "(?P<exact>(?:[^"\\]|\\.)*)"
    | (?P<partial>[^\s()="]+)
    )""",
    re.VERBOSE,
)

_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[A-Z]")
"""Camel case and digits start new tokens (user guide, "Tokenization")."""


@dataclass(frozen=True)
class Search:
    """A parsed search.

    Attributes:
        namespace: Of the schema; None without one.
        dimensions: The dimension names of the schema, all of which and no others a metric must have; None for any.
        term: What the metric must match besides.
    """

    namespace: str | None
    dimensions: frozenset[str] | None
    term: Matches

    def finds(self, metric: Metric) -> bool:
        """Whether a metric is found."""
        if self.namespace not in (None, metric.namespace):
            return False
        if self.dimensions is not None and self.dimensions != {name for name, _ in metric.dimensions}:
            return False
        return self.term(metric)


def parse(query: str) -> Search:
    """The search of a query string.

    Raises:
        ExpressionError: it is not one.
    """
    if len(query) > _LONGEST:
        raise ExpressionError(f"A search expression has at most {_LONGEST} characters")
    schema = _SCHEMA.match(query)
    names = _schema_names(schema["names"]) if schema else []
    if schema and not names:
        raise ExpressionError("The metric schema of a search must contain a namespace")
    tokens = _tokens(query[schema.end() :] if schema else query)
    if not schema and not tokens:
        raise ExpressionError("A search needs a metric schema, a search term, or both")
    term = _Terms(tokens).parse() if tokens else _anything
    return Search(names[0] if names else None, frozenset(names[1:]) or None, term)


def _schema_names(text: str) -> list[str]:
    return [
        match["quoted"] if match["quoted"] is not None else match["plain"] for match in _SCHEMA_NAME.finditer(text)
    ]


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"Unexpected {text[position:].strip()[:20]!r} in the search term")
        kind = str(match.lastgroup)
        found.append((kind, re.sub(r"\\(.)", r"\1", match[kind]) if kind == "exact" else match[kind]))
        position = match.end()
    return found


def _anything(_metric: Metric) -> bool:
    return True


class _Terms:
    """Recursive descent; terms without an operator between them are joined by AND."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def parse(self) -> Matches:
        found = self._either()
        if self._peek() is not None:
            raise ExpressionError(f"Unexpected {self._tokens[self._at][1]!r} in the search term")
        return found

    def _either(self) -> Matches:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError(f"The search term is nested more than {_DEEPEST} deep")
        parts = [self._all()]
        while self._peek() == ("partial", "OR"):
            self._at += 1
            parts.append(self._all())
        self._depth -= 1
        return lambda metric: any(part(metric) for part in parts)

    def _all(self) -> Matches:
        parts = [self._one()]
        while self._peek() not in (None, ("partial", "OR"), ("symbol", ")")):
            if self._peek() == ("partial", "AND"):
                self._at += 1
            parts.append(self._one())
        return lambda metric: all(part(metric) for part in parts)

    def _one(self) -> Matches:
        negated = False
        while self._peek() == ("partial", "NOT"):
            self._at += 1
            negated = not negated
        found = self._group() if self._peek() == ("symbol", "(") else self._term()
        return (lambda metric: not found(metric)) if negated else found

    def _group(self) -> Matches:
        self._at += 1
        found = self._either()
        if self._peek() != ("symbol", ")"):
            raise ExpressionError("A parenthesis of the search term is not closed")
        self._at += 1
        return found

    def _term(self) -> Matches:
        first = self._text()
        if self._peek() != ("symbol", "="):
            return _matcher(first, _every_text)
        self._at += 1
        return _matcher(self._text(), _property(first[1]))

    def _text(self) -> tuple[str, str]:
        token = self._peek()
        if token is None or token[0] == "symbol" or token in {("partial", "AND"), ("partial", "OR")}:
            raise ExpressionError(f"Expected a search term, found {token[1] if token else 'the end'!r}")
        self._at += 1
        return token

    def _peek(self) -> tuple[str, str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None


def _every_text(metric: Metric) -> list[str]:
    """What a term without a property is looked for in."""
    return [metric.namespace, metric.name, *(text for pair in metric.dimensions for text in pair)]


def _property(name: str) -> Callable[[Metric], list[str]]:
    if name.startswith(":aws."):
        raise ExpressionError(f"This local AWS does not search by {name}; there is one account only")
    if name == "MetricName":
        return lambda metric: [metric.name]
    if name == "Namespace":
        return lambda metric: [metric.namespace]
    return lambda metric: [value for dimension, value in metric.dimensions if dimension == name]


def _matcher(term: tuple[str, str], texts: Callable[[Metric], list[str]]) -> Matches:
    kind, wanted = term
    if kind == "exact":
        return lambda metric: wanted in texts(metric)
    return lambda metric: any(partly(wanted, text) for text in texts(metric))


def partly(term: str, text: str) -> bool:
    """Whether a partial match is one: a token of the text, its whole, or consecutive tokens of it.

    A single token matches whatever its case. A composite token, such as `CustomCount`, matches in its own case;
    words set apart by other characters, such as `network/errors`, each match by themselves.
    """
    words = [_PIECE.findall(word) for word in re.split(r"[^A-Za-z0-9]+", term) if word]
    pieces = _PIECE.findall(text)
    if not words:
        return False
    if _joined(term) == _joined(text):
        return True
    wanted = [(piece, len(word) > 1) for word in words for piece in word]
    return any(
        all(_same(piece, found, exact=exact) for (piece, exact), found in zip(wanted, pieces[at:], strict=False))
        for at in range(len(pieces) - len(wanted) + 1)
    )


def _same(piece: str, found: str, *, exact: bool) -> bool:
    return piece == found if exact else piece.lower() == found.lower()


def _joined(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "", text).lower()
