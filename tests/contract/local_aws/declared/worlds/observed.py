"""Health, X-Ray, Service Quotas."""

from __future__ import annotations

from typing import Any

from tests.contract.local_aws.declared.worlds.world import NOW, World, ago, ask, moment

_EVENTS = [
    {
        "arn": "arn:aws:health:eu-west-1::event/EC2/E1",
        "service": "EC2",
        "eventTypeCode": "AWS_EC2_OPERATIONAL_ISSUE",
        "eventTypeCategory": "issue",
        "region": "eu-west-1",
        "availabilityZone": "eu-west-1a",
        "startTime": ago(hours=3),
        "endTime": ago(hours=1),
        "lastUpdatedTime": ago(hours=1),
        "statusCode": "closed",
    },
    {
        "arn": "arn:aws:health:eu-central-1::event/RDS/E2",
        "service": "RDS",
        "eventTypeCode": "AWS_RDS_MAINTENANCE_SCHEDULED",
        "eventTypeCategory": "scheduledChange",
        "region": "eu-central-1",
        "startTime": ago(hours=9),
        "lastUpdatedTime": ago(hours=8),
        "statusCode": "open",
    },
]
_ENTITIES = [
    {"entityArn": "e/1", "entityValue": "i-1", "eventArn": _EVENTS[0]["arn"], "statusCode": "IMPAIRED"},
    {"entityArn": "e/2", "entityValue": "i-2", "eventArn": _EVENTS[0]["arn"], "statusCode": "UNIMPAIRED"},
]


def _since(**span: float) -> list[dict[str, Any]]:
    return [{"from": moment(**span)}]


HEALTH = World(
    "health",
    {
        "DescribeEvents": {"events": _EVENTS},
        "DescribeEventDetails": {
            "successfulSet": [
                {"event": {"arn": _EVENTS[0]["arn"]}, "eventDescription": {"latestDescription": "power"}}
            ]
        },
        "DescribeAffectedEntities": {"entities": _ENTITIES},
    },
    (
        ask(
            "DescribeEvents",
            "events[].arn",
            "E1 E2",
            filter=({"services": ["RDS"]}, "E2"),
            locale=("en", "E1 E2"),
            more=(
                ({"filter": {"eventStatusCodes": ["closed"]}}, "E1"),
                ({"filter": {"regions": ["eu-central-1"]}}, "E2"),
                ({"filter": {"eventTypeCategories": ["issue"], "services": ["RDS"]}}, ""),
                ({"filter": {"startTimes": _since(hours=5)}}, "E1"),
                ({"filter": {"endTimes": _since(hours=2)}}, "E1"),
                ({"filter": {"lastUpdatedTimes": [{"to": moment(hours=5)}]}}, "E2"),
                ({"filter": {"entityValues": ["i-1"]}}, "!ValidationException"),
            ),
        ),
        ask(
            "DescribeEventDetails",
            "successfulSet[].event.arn",
            "E1",
            {"eventArns": [_EVENTS[0]["arn"]]},
            eventArns=([_EVENTS[1]["arn"]], "E2"),
            locale=("en", "E1"),
        ),
        ask(
            "DescribeEventDetails",
            "failedSet[].eventArn",
            "",
            {"eventArns": [_EVENTS[0]["arn"]]},
            eventArns=(["arn:aws:health:eu-west-1::event/EC2/E9"], "E9"),
        ),
        ask(
            "DescribeEventDetails",
            "successfulSet[].eventDescription.latestDescription",
            "power",
            {"eventArns": [one["arn"] for one in _EVENTS]},
        ),
        ask(
            "DescribeAffectedEntities",
            "entities[].entityValue",
            "i-1 i-2",
            {"filter": {"eventArns": [_EVENTS[0]["arn"]]}},
            filter=({"eventArns": [_EVENTS[0]["arn"]], "statusCodes": ["IMPAIRED"]}, "i-1"),
            locale=("en", "i-1 i-2"),
            more=(({"filter": {"eventArns": [_EVENTS[1]["arn"]]}}, ""),),
        ),
    ),
)


def _trace(name: str, hours: float, **told: Any) -> dict[str, Any]:
    began = int(moment(hours=hours).timestamp())
    return {"Id": f"1-{began:08x}-{name}", **told}


_SLOW = _trace(
    "slow",
    2,
    ResponseTime=6.5,
    Duration=7.0,
    HasFault=True,
    HasError=False,
    Http={"HttpStatus": 503, "HttpURL": "https://shop/checkout", "HttpMethod": "POST"},
    ServiceIds=[{"Name": "checkout", "Names": ["checkout"]}, {"Name": "payments"}],
    Annotations={
        "order": [{"AnnotationValue": {"StringValue": "o-1"}}],
        "items": [{"AnnotationValue": {"NumberValue": 3}}],
    },
    MatchedEventTime=ago(minutes=30),
)
_FINE = _trace(
    "fine", 1, ResponseTime=0.1, Duration=0.1, Http={"HttpStatus": 200}, ServiceIds=[{"Name": "checkout"}]
)
_BOTH = f"{_SLOW['Id']} {_FINE['Id']}"
_WINDOW = {"StartTime": moment(hours=3), "EndTime": NOW}


def _filter(expression: str, shown: str) -> tuple[dict[str, str], str]:
    return {"FilterExpression": expression}, shown


XRAY = World(
    "xray",
    {
        "GetTraceSummaries": {"TraceSummaries": [_SLOW, _FINE]},
        "BatchGetTraces": {"Traces": [{"Id": "1-1-a", "Segments": []}, {"Id": "1-1-b", "Segments": []}]},
        "GetServiceGraph": {
            "Services": [
                {"ReferenceId": 0, "Name": "checkout", "StartTime": ago(hours=3), "EndTime": ago(hours=2)},
                {"ReferenceId": 1, "Name": "payments", "StartTime": ago(hours=1), "EndTime": ago(minutes=1)},
            ]
        },
    },
    (
        ask(
            "GetTraceSummaries",
            "TraceSummaries[].Id",
            _BOTH,
            _WINDOW,
            StartTime=(moment(hours=1, minutes=30), _FINE["Id"]),
            EndTime=(moment(hours=1, minutes=30), _SLOW["Id"]),
            FilterExpression=("fault", _SLOW["Id"]),
            Sampling=(False, _BOTH),
            more=(
                ({"StartTime": moment(minutes=45), "TimeRangeType": "Event"}, _SLOW["Id"]),
                _filter("ok", _FINE["Id"]),
                _filter("!fault", _FINE["Id"]),
                _filter("responsetime > 5", _SLOW["Id"]),
                _filter("http.status = 503", _SLOW["Id"]),
                _filter("http.status != 503", _FINE["Id"]),
                _filter('service("payments")', _SLOW["Id"]),
                _filter('service("checkout") AND NOTHING', "!InvalidRequestException"),
                _filter('annotation.order = "o-1"', _SLOW["Id"]),
                _filter("annotation[items] >= 3", _SLOW["Id"]),
                _filter("annotation.order", _SLOW["Id"]),
                _filter('http.url CONTAINS "check"', _SLOW["Id"]),
                _filter('(fault OR ok) AND service("checkout")', _BOTH),
                _filter("fault = false", _FINE["Id"]),
                _filter('edge("a", "b")', "!InvalidRequestException"),
                _filter('service("x") { fault }', "!InvalidRequestException"),
            ),
        ),
        ask(
            "GetTraceSummaries",
            "TraceSummaries[].Id",
            "",
            {"StartTime": moment(minutes=45), "EndTime": NOW},
            TimeRangeType=("Event", _SLOW["Id"]),
        ),
        ask(
            "BatchGetTraces",
            "Traces[].Id",
            "1-1-a",
            {"TraceIds": ["1-1-a"]},
            TraceIds=(["1-1-b", "1-1-c"], "1-1-b"),
        ),
        ask(
            "BatchGetTraces",
            "UnprocessedTraceIds",
            "",
            {"TraceIds": ["1-1-a"]},
            TraceIds=(["1-1-b", "1-1-c"], "1-1-c"),
        ),
        ask(
            "GetServiceGraph",
            "Services[].Name",
            "checkout payments",
            {"StartTime": moment(hours=4), "EndTime": NOW},
            StartTime=(moment(hours=1), "payments"),
            EndTime=(moment(hours=2), "checkout"),
        ),
    ),
)


def _quota(service: str, code: str, value: float) -> dict[str, Any]:
    return {"ServiceCode": service, "ServiceName": service.upper(), "QuotaCode": code, "Value": value}


_QUOTAS = [
    _quota("lambda", "L-1", 1000.0),
    {**_quota("lambda", "L-2", 75.0), "QuotaAppliedAtLevel": "RESOURCE"},
    _quota("ec2", "L-3", 32.0),
]
_REQUESTS = [
    {"Id": "q1", "ServiceCode": "lambda", "QuotaCode": "L-1", "Status": "PENDING", "Created": ago(hours=1)},
    {
        "Id": "q2",
        "ServiceCode": "lambda",
        "QuotaCode": "L-2",
        "Status": "DENIED",
        "Created": ago(hours=2),
        "QuotaRequestedAtLevel": "RESOURCE",
    },
    {"Id": "q3", "ServiceCode": "ec2", "QuotaCode": "L-3", "Status": "PENDING", "Created": ago(hours=3)},
]

QUOTAS = World(
    "service-quotas",
    {
        "ListServiceQuotas": {"Quotas": _QUOTAS},
        "ListAWSDefaultServiceQuotas": {"Quotas": _QUOTAS},
        "ListRequestedServiceQuotaChangeHistory": {"RequestedQuotas": _REQUESTS},
    },
    (
        ask(
            "ListServiceQuotas",
            "Quotas[].QuotaCode",
            "L-1 L-2",
            {"ServiceCode": "lambda"},
            ServiceCode=("ec2", "L-3"),
            QuotaCode=("L-2", "L-2"),
            QuotaAppliedAtLevel=("RESOURCE", "L-2"),
        ),
        ask(
            "GetServiceQuota",
            "Quota.[Value]",
            "1000.0",
            {"ServiceCode": "lambda", "QuotaCode": "L-1"},
            QuotaCode=("L-2", "75.0"),
            ServiceCode=("ec2", "!NoSuchResourceException"),
        ),
        ask(
            "ListAWSDefaultServiceQuotas",
            "Quotas[].QuotaCode",
            "L-1 L-2",
            {"ServiceCode": "lambda"},
            ServiceCode=("ec2", "L-3"),
        ),
        ask(
            "GetAWSDefaultServiceQuota",
            "Quota.[Value]",
            "1000.0",
            {"ServiceCode": "lambda", "QuotaCode": "L-1"},
            QuotaCode=("L-2", "75.0"),
            ServiceCode=("ec2", "!NoSuchResourceException"),
        ),
        ask("ListServices", "Services[].ServiceCode", "lambda ec2"),
        ask(
            "ListRequestedServiceQuotaChangeHistory",
            "RequestedQuotas[].Id",
            "q1 q2 q3",
            ServiceCode=("ec2", "q3"),
            Status=("DENIED", "q2"),
            QuotaRequestedAtLevel=("RESOURCE", "q2"),
        ),
        ask(
            "ListRequestedServiceQuotaChangeHistoryByQuota",
            "RequestedQuotas[].Id",
            "q1",
            {"ServiceCode": "lambda", "QuotaCode": "L-1"},
            QuotaCode=("L-2", "q2"),
            ServiceCode=("ec2", ""),
            Status=("DENIED", ""),
            QuotaRequestedAtLevel=("RESOURCE", ""),
        ),
    ),
)

WORLDS = (HEALTH, XRAY, QUOTAS)
