"""Amazon EventBridge Scheduler (API reference, "Actions")."""

from __future__ import annotations

from local_aws.declared.conditions import Is, StartsWith
from local_aws.declared.rules import Page, Rule, Service

_IDENTITY = ("GroupName || 'default'", "Name")
_PAGE = Page(100)

SERVICE = Service(
    "scheduler",
    "ValidationException",
    (
        Rule(
            "ListSchedules",
            "Schedules",
            {"GroupName": Is("GroupName || 'default'"), "NamePrefix": StartsWith("Name"), "State": Is("State")},
            identity=_IDENTITY,
            order="Name",
            page=_PAGE,
        ),
        Rule(
            "GetSchedule",
            "",
            {"GroupName": Is("GroupName || 'default'", default="default"), "Name": Is("Name")},
            of="ListSchedules",
            identity=_IDENTITY,
            one=True,
            missing=("ResourceNotFoundException", "Schedule {} does not exist."),
        ),
        Rule(
            "ListScheduleGroups",
            "ScheduleGroups",
            {"NamePrefix": StartsWith("Name")},
            identity=("Name",),
            page=_PAGE,
        ),
    ),
)
