"""One hot shard of a stream, and the release since which its producer puts records by another key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import breach, change, changes, error, logs, ranked, reported, section
from triage.domain.report import Category

HOT = section(
    "shards",
    {
        "open_shards": 8,
        "shards": [{"shard": f"shardId-{n}", "share": "41%" if n == 3 else "9%"} for n in (3, 0, 1, 2, 4, 5)],
    },
    "stream_shards",
    asked={"stream": "clicks"},
)
EVEN = section(
    "shards",
    {"open_shards": 4, "shards": [{"shard": f"shardId-{n}", "share": "25%"} for n in range(4)]},
    "stream_shards",
    asked={"stream": "clicks"},
)
EXCEEDED = breach(
    "0 → 900 WriteProvisionedThroughputExceeded/min at 02:13 UTC, still high",
    name="WriteProvisionedThroughputExceeded",
    after=900,
)
REFUSED = logs(
    error("PutRecords: 40 of 500 refused: Rate exceeded for shard shardId-3 in stream clicks"),
    group="/ecs/collector",
)
RELEASE = change(
    "ecs:UpdateService",
    "cluster=shop, service=collector, taskDefinition=collector:12",
    -180,
    touches="collector: collector's variable STREAM",
)


def shares(**found: list[str]) -> dict[str, Any]:
    return section("shares:collector", {"group": "/ecs/collector", **found}, "log_shares")


def collector(*unlike: str) -> dict[str, Any]:
    asked = {"resource": "ecs shop/collector"}
    return section("configuration:collector", {"unlike_version": list(unlike)}, "configuration", asked=asked)


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (shares(grown=["keys: median 410 → 12"]), "keys: median 410 → 12"),
        (collector("variable PARTITION_KEY: visitor before, tenant now"), "PARTITION_KEY: visitor before"),
    ],
    ids=["fewer keys in its log", "another key in its configuration"],
)
def test_given_fewer_keys_since_a_release_of_hours_before_when_a_shard_is_hot_then_the_release_is_the_cause(
    seen: dict[str, Any], told: str
) -> None:
    sections = (EXCEEDED, REFUSED, HOT, changes(RELEASE), seen)

    best, report = ranked(*sections)[0].candidate, reported(*sections)

    assert (best.signature, best.category) == ("records-keyed-anew", Category.BAD_DEPLOY)
    assert told in best.statement
    assert "shardId-3 (41 %)" in best.statement
    assert "the 7 other shards" in best.statement
    assert not [each for each in report.ruled_out if "collector" in each.hypothesis]


@pytest.mark.parametrize(
    ("release", "seen"),
    [
        (RELEASE, shares(since_onset=["partition_key=tenant: 100% (6), before 0%"])),
        (RELEASE, shares(grown=["keys: median 12 → 410"])),
        (RELEASE, collector("variable LOG_LEVEL: info before, debug now")),
        ({**RELEASE, "at": "2026-11-18T20:00:00Z"}, shares(grown=["keys: median 410 → 12"])),
    ],
    ids=["its start alone is logged", "more keys", "another setting", "days before"],
)
def test_given_nothing_that_says_so_when_a_shard_is_hot_then_the_shard_is_told(
    release: dict[str, Any], seen: dict[str, Any]
) -> None:
    names = [each.candidate.signature for each in ranked(EXCEEDED, REFUSED, HOT, changes(release), seen)]

    assert "records-keyed-anew" not in names
    assert "hot-shard-refuses" in names


def test_given_even_shards_when_keys_are_fewer_then_none_is_hot() -> None:
    seen = shares(grown=["keys: median 410 → 12"])
    names = [each.candidate.signature for each in ranked(EXCEEDED, REFUSED, EVEN, changes(RELEASE), seen)]

    assert not {"records-keyed-anew", "hot-shard", "hot-shard-refuses"} & set(names)
