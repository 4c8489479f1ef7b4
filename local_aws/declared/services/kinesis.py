"""Amazon Kinesis Data Streams' control plane (API reference, "Actions")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import Is, Record, Ref, Where
from local_aws.declared.rules import ALL, Page, Parent, Rule, Service

if TYPE_CHECKING:
    from collections.abc import Mapping

_STREAM = {
    "StreamName": Ref("[StreamName, StreamARN]", forwarded=True),
    "StreamARN": Ref("[StreamARN, StreamName]", forwarded=True),
}
_MISSING = ("ResourceNotFoundException", "Stream {} under this account not found.")


def _summaries(_asked: Mapping[str, Any], shown: list[Record]) -> Mapping[str, Any]:
    return {"StreamSummaries": [dict(one) for one in shown if "StreamARN" in one]}


SERVICE = Service(
    "kinesis",
    "InvalidArgumentException",
    (
        Rule(
            "DescribeStreamSummary",
            "StreamDescriptionSummary",
            _STREAM,
            identity=("StreamName",),
            one=True,
            missing=_MISSING,
        ),
        Rule(
            "DescribeStream",
            "StreamDescription",
            _STREAM,
            of="DescribeStreamSummary",
            identity=("StreamName",),
            one=True,
            missing=_MISSING,
        ),
        Rule(
            "ListStreams",
            "StreamNames",
            {
                "ExclusiveStartStreamName": Where(
                    lambda asked, one: one["StreamName"] > asked, "`StreamName` is after it"
                )
            },
            of="DescribeStreamSummary",
            identity=("StreamName",),
            reads="{StreamName: @}",
            shows="StreamName",
            hydrate=("ListStreams", "DescribeStreamSummary", "StreamName"),
            order="StreamName",
            page=Page(100, most=10_000),
            finish=_summaries,
        ),
        Rule(
            "ListShards",
            "Shards",
            {
                **_STREAM,
                "ExclusiveStartShardId": Where(lambda asked, one: one["ShardId"] > asked, "`ShardId` is after it"),
            },
            identity=("StreamName || StreamARN", "ShardId"),
            order="ShardId",
            page=Page(1000, most=10_000),
            parent=Parent("StreamName", "DescribeStreamSummary"),
        ),
        Rule(
            "ListStreamConsumers",
            "Consumers",
            {"StreamARN": Is("StreamARN")},
            identity=("ConsumerARN",),
            page=Page(100, most=10_000),
            parent=Parent("StreamARN", "DescribeStreamSummary"),
        ),
        Rule("DescribeLimits", "", one=True),
    ),
    trusted={"GetRecords": (ALL,), "GetShardIterator": (ALL,)},
)
