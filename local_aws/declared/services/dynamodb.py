"""Amazon DynamoDB's control plane (API reference, "Actions")."""

from __future__ import annotations

from local_aws.declared.conditions import AtLeast, AtMost, Ref, Where
from local_aws.declared.rules import ALL, Page, Parent, Rule, Service

_TABLE = Ref("TableName")
_MISSING = ("ResourceNotFoundException", "Requested resource not found: Table: {} not found")

_NO_RECOVERY = {
    "ContinuousBackupsStatus": "ENABLED",
    "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
}

SERVICE = Service(
    "dynamodb",
    "ValidationException",
    (
        Rule("DescribeTable", "Table", {"TableName": _TABLE}, one=True, identity=("TableName",), missing=_MISSING),
        Rule(
            "ListTables",
            "TableNames",
            of="DescribeTable",
            identity=("TableName",),
            reads="{TableName: @}",
            shows="TableName",
            order="TableName",
            page=Page(100, after="TableName"),
        ),
        Rule("DescribeLimits", "", one=True),
        Rule(
            "DescribeTimeToLive",
            "TimeToLiveDescription",
            {"TableName": _TABLE},
            one=True,
            missing=_MISSING,
            parent=Parent("TableName", "DescribeTable"),
            otherwise={"TimeToLiveStatus": "DISABLED"},
        ),
        Rule(
            "DescribeContinuousBackups",
            "ContinuousBackupsDescription",
            {"TableName": _TABLE},
            one=True,
            missing=_MISSING,
            parent=Parent("TableName", "DescribeTable"),
            otherwise=_NO_RECOVERY,
        ),
        Rule(
            "ListBackups",
            "BackupSummaries",
            {
                "TableName": _TABLE,
                "BackupType": Where(
                    lambda asked, one: asked in {"ALL", one.get("BackupType")}, "that type, or ALL"
                ),
                "TimeRangeLowerBound": AtLeast("BackupCreationDateTime"),
                "TimeRangeUpperBound": AtMost("BackupCreationDateTime"),
            },
            identity=("BackupArn",),
            order="BackupArn",
            page=Page(100, after="BackupArn"),
        ),
    ),
    trusted={"BatchGetItem": (ALL,), "GetItem": (ALL,), "DescribeContributorInsights": ("IndexName",)},
)
