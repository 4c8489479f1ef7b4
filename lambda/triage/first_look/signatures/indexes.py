"""Indexes of DynamoDB that take less than their table: what an index cannot take holds back the table's writes.

Amazon DynamoDB Developer Guide, "Global secondary indexes", write capacity: a write to a table whose index has not
enough is throttled, whatever the table has left.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.quoting import Quoter
from triage.first_look.observations.walking import subject_of
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature
from triage.first_look.untyped import number, objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Reading, Scene
    from triage.first_look.observations.quoting import Quote

_THROTTLES = ("ThrottledRequests", "WriteThrottleEvents", "OnlineIndexThrottleEvents")
_OF_WRITES = frozenset({"WriteThrottleEvents", "OnlineIndexThrottleEvents"})
_WRITES = re.compile(r"^(?:Put|Update|Delete|BatchWrite|TransactWrite)")
_NARROW = 0.5


class _Index(NamedTuple):
    table: str
    name: str
    units: float
    of_table: float
    quotes: tuple[Quote, ...]


@signature(
    "index-holds-back",
    Category.THROTTLED,
    "writes to a table are throttled while one of its indexes has far fewer write units than the table",
)
def _holds_back(scene: Scene) -> Iterator[Candidate]:
    risen = [each for each in scene.reading(*_THROTTLES) if each.rises and each.still is not False]
    throttled = next((each for each in risen if _of_writes(each, scene)), None)
    if throttled is None:
        return
    about = {throttled.about, *([scene.subject] if throttled.watched else [])}
    narrow = [each for each in _narrow(scene) if each.table in about]
    for each in sorted(narrow, key=lambda each: each.units)[:1]:
        yield Candidate(
            "index-holds-back",
            Category.THROTTLED,
            f"the global secondary index {each.name} of {each.table} may take {each.units:g} write units, the "
            f"table itself {each.of_table:g}: a write that its index cannot take is refused, whatever the table "
            f"has left ({throttled.text})",
            f"{each.table}: its index {each.name} holds back writes",
            0.92,
            Depth.CAUSE,
            about=each.table,
            names=frozenset({each.name, each.table}),
            since=throttled.at,
            quotes=(*each.quotes, *throttled.quotes),
            speaks_for=(throttled.text,),
            kin=(Kin.CAPACITY,),
            consequences=frozenset({"table-throttled", "traffic-spike"}),
            hop=throttled.hop,
        )


def _of_writes(throttled: Reading, scene: Scene) -> bool:
    """Whether it is writes that are throttled: by the metric's name, or by the operation the alarm watches."""
    if throttled.name in _OF_WRITES:
        return True
    metric = scene.signal.watched_metric
    operation = metric.dimensions.get("Operation", "") if metric and metric.name == throttled.name else ""
    return bool(_WRITES.match(operation))


def _narrow(scene: Scene) -> Iterator[_Index]:
    for section in scene.look.of("configuration"):
        table = number(section.data.get("write_units"))
        for each in objects(section.data.get("indexes")):
            units, name = number(each.get("write_units")), str(each.get("name") or "")
            if table and units and name and units < _NARROW * table:
                quoter = Quoter(section)
                quotes = (*quoter.quotes(name), *quoter.quotes(f"write_units: {table:g}"))
                yield _Index(subject_of(section) or scene.subject, name, units, table, quotes)


SIGNATURES: tuple[Signature, ...] = (_holds_back,)
