"""AWS Health (API reference). Without Business, Enterprise On-Ramp or Enterprise Support there is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import Is, Noted, Record
from local_aws.declared.filters import Fields
from local_aws.declared.rules import Page, Rule, Service

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCALE = Noted("everything is in English")


def _failed(asked: Mapping[str, Any], kept: list[Record]) -> Mapping[str, Any]:
    found = {one["arn"] for one in kept}
    return {
        "failedSet": [
            {"eventArn": arn, "errorName": "InvalidArn", "errorMessage": "There is no such event."}
            for arn in asked["eventArns"]
            if arn not in found
        ]
    }


SERVICE = Service(
    "health",
    "ValidationException",
    (
        Rule(
            "DescribeEvents",
            "events",
            {
                "filter": Fields(
                    {
                        "availabilityZones": "availabilityZone",
                        "eventArns": "arn",
                        "eventStatusCodes": "statusCode",
                        "eventTypeCategories": "eventTypeCategory",
                        "eventTypeCodes": "eventTypeCode",
                        "regions": "region",
                        "services": "service",
                    },
                    {"endTimes": "endTime", "lastUpdatedTimes": "lastUpdatedTime", "startTimes": "startTime"},
                ),
                "locale": _LOCALE,
            },
            identity=("arn",),
            order="-lastUpdatedTime",
            page=Page(100, least=10),
        ),
        Rule(
            "DescribeEventDetails",
            "successfulSet",
            {"eventArns": Is("arn"), "locale": _LOCALE},
            identity=("arn",),
            of="DescribeEvents",
            reads="merge(event, {eventDescription: eventDescription, eventMetadata: eventMetadata})",
            shows="{event: @, eventDescription: eventDescription, eventMetadata: eventMetadata}",
            finish=_failed,
        ),
        Rule(
            "DescribeAffectedEntities",
            "entities",
            {
                "filter": Fields(
                    {
                        "entityArns": "entityArn",
                        "entityValues": "entityValue",
                        "eventArns": "eventArn",
                        "statusCodes": "statusCode",
                    },
                    {"lastUpdatedTimes": "lastUpdatedTime"},
                ),
                "locale": _LOCALE,
            },
            identity=("entityArn",),
            page=Page(100, least=10),
        ),
    ),
    needs=("SubscriptionRequiredException", "AWS Premium Support Subscription is required to use this service."),
)
