"""Pages in the order of time: datapoints of all results until a page is full, and tokens that lead on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_aws import tokens
from local_aws.metrics.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Point = tuple[float, float]
Position = tuple[float, int]
"""Where a page ends: the time of what it shows last, and which of that time it is (of a datapoint, its result)."""

_OF_THE_PAGE = frozenset({"NextToken", "MaxDatapoints", "MaxRecords"})
"""Members that may change from page to page."""


@dataclass(frozen=True)
class Result:
    """One time series of the answer.

    Attributes:
        id: Of the query it belongs to.
        label: What it is called.
        points: Times and values, in the order asked for.
    """

    id: str
    label: str
    points: Sequence[Point]


def page(
    results: Sequence[Result], size: int, after: Position | None, *, newest_first: bool
) -> tuple[list[dict[str, Any]], Position | None]:
    """The results with the datapoints of one page, and where it ends when more follow."""

    def key(at: float, number: int) -> Position:
        return (-at if newest_first else at, number)

    passed = key(*after) if after else None
    waiting = [
        [point for point in one.points if passed is None or key(point[0], number) > passed]
        for number, one in enumerate(results)
    ]
    shown, last = waiting, None
    if sum(map(len, waiting)) > size:
        order = sorted(key(at, number) for number, points in enumerate(waiting) for at, _ in points)
        limit = order[size - 1]
        shown = [[one for one in points if key(one[0], number) <= limit] for number, points in enumerate(waiting)]
        last = (abs(limit[0]), limit[1])
    described = [
        {
            "Id": one.id,
            "Label": one.label,
            "Timestamps": [at for at, _ in points],
            "Values": [value for _, value in points],
            "StatusCode": "Complete" if len(points) == len(left) else "PartialData",
        }
        for one, points, left in zip(results, shown, waiting, strict=True)
    ]
    return described, last


def token(request: Mapping[str, Any], position: Position) -> str:
    """The token of the next page of a request."""
    return tokens.token(json.dumps(position), _asked(request))


def position_of(request: Mapping[str, Any]) -> Position | None:
    """Where the page before the requested one ended; None for the first.

    Raises:
        ServiceError: the token is none of this request's.
    """
    given = request.get("NextToken")
    if not given:
        return None
    try:
        at, number = json.loads(tokens.position(given, _asked(request)))
    except ValueError as error:
        raise ServiceError("InvalidNextToken", f"Invalid NextToken : {given}") from error
    return float(at), int(number)


def _asked(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name not in _OF_THE_PAGE}
