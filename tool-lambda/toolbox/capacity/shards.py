"""A Kinesis stream shard by shard: one that gets more than its share is behind while the others idle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.asking.figures import rounded
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolbox.metrics.readings import Series

_MOST_SHARDS = 40
#: Enhanced monitoring's metrics; a shard takes 1,000 records and 1 MB a second (Kinesis developer guide).
_METRICS = (("IncomingRecords", "Sum"), ("IncomingBytes", "Sum"), ("IteratorAgeMilliseconds", "Maximum"))
_PERIOD_S = 300


def stream_shards(name: str) -> Answer:
    """The shards of a Kinesis stream: what each gets, its share, how far its readers are behind.

    Args:
        name: Of the stream.
    """
    look = looking.current()
    asked = Asked(look.window, stream=name)
    client = look.client("kinesis")
    nothing: list[Any] = []
    found = asked.attempt(
        "shards", lambda: list(pages(client, "list_shards", "Shards", most=_MOST_SHARDS, StreamName=name)), nothing
    )
    shards = [str(each["ShardId"]) for each in found if "EndingSequenceNumber" not in each["SequenceNumberRange"]]
    queries = [
        _query(name, shard, f"s{place}_{metric.lower()}", metric, statistic)
        for place, shard in enumerate(shards)
        for metric, statistic in _METRICS
    ]
    series = fetch(asked, queries, look.window) if queries else {}
    if queries and not any(each.present for each in series.values()):
        asked.gap("metrics by shard", "enhanced monitoring of the stream is off")
    return asked.answer(open_shards=len(shards), shards=_told(shards, series))


def _query(stream: str, shard: str, identifier: str, metric: str, statistic: str) -> Query:
    dimensions = {"StreamName": stream, "ShardId": shard}
    return Query(identifier, "AWS/Kinesis", metric, dimensions, statistic, _PERIOD_S)


def _told(shards: Sequence[str], series: dict[str, Series]) -> list[dict[str, Any]]:
    rates = {place: _mean(series.get(f"s{place}_incomingrecords")) for place in range(len(shards))}
    total = sum(rates.values())
    told = []
    for place, shard in enumerate(shards):
        age = series.get(f"s{place}_iteratoragemilliseconds")
        told.append(
            {
                "shard": shard,
                "incoming": f"{rates[place] / _PERIOD_S:.1f} IncomingRecords/s, {rates[place]:.0f} per 5 min",
                "share": f"{rates[place] / total:.0%}" if total else None,
                "bytes_per_s": rounded(_mean(series.get(f"s{place}_incomingbytes")) / _PERIOD_S, 3),
                "iterator_age": readings.sentence(readings.read(age, looking.current().window.now))
                if age and age.present
                else None,
            }
        )
    return sorted(told, key=lambda each: str(each["share"] or "").rjust(5), reverse=True)[:6]


def _mean(series: Series | None) -> float:
    present = series.present if series else []
    return sum(present) / len(present) if present else 0.0
