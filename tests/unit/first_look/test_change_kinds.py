"""Calls are told apart by what they can bring about, and harmless ones from those that count."""

from __future__ import annotations

import pytest

from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.facts import Change


@pytest.mark.parametrize(
    ("event", "kin"),
    [
        ("iam:DetachRolePolicy", Kin.ACCESS),
        ("s3:PutBucketPolicy", Kin.ACCESS),
        ("secretsmanager:RotateSecret", Kin.CREDENTIALS),
        ("lambda:UpdateFunctionConfiguration", Kin.CONFIGURATION),
        ("ssm:DeleteParameter", Kin.CONFIGURATION),
        ("ec2:RevokeSecurityGroupEgress", Kin.NETWORK),
        ("route53:ChangeResourceRecordSets", Kin.NETWORK),
        ("dynamodb:UpdateTable", Kin.CAPACITY),
        ("elasticache:BatchApplyUpdateAction", Kin.CAPACITY),
        ("rds:ApplyPendingMaintenanceAction", Kin.CAPACITY),
        ("elasticache:CreateReplicationGroup", Kin.CAPACITY),
        ("ecs:UpdateService", Kin.DEPLOYMENT),
        ("cloudformation:ExecuteChangeSet", Kin.DEPLOYMENT),
        ("scheduler:UpdateSchedule", Kin.SCHEDULE),
        ("monitoring:PutMetricAlarm", Kin.ALARM),
        ("kms:ScheduleKeyDeletion", Kin.ENCRYPTION),
        ("deployment PRIMARY of 58", Kin.DEPLOYMENT),
    ],
)
def test_a_change_is_of_its_kind(event: str, kin: Kin) -> None:
    assert change_kinds.is_of(Change(event=event), kin)


@pytest.mark.parametrize("event", ["ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"])
def test_one_more_rule_of_a_security_group_shuts_nothing_off(event: str) -> None:
    assert not change_kinds.is_of(Change(event=event), Kin.NETWORK)


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("lambda:TagResource", "resource=x"),
        ("ec2:CreateTags", "vpc-1"),
        ("rds:CreateDBSnapshot", "dBInstanceIdentifier=x"),
        ("logs:PutRetentionPolicy", "logGroupName=x"),
        ("dynamodb:UpdateTimeToLive", "tableName=x"),
        ("codebuild:StartBuild", "projectName=lint"),
        ("cloudformation:CreateChangeSet", "stackName=x"),
        ("rds:ModifyDBInstance", "dBInstanceIdentifier=x, backupRetentionPeriod=21, applyImmediately=True"),
        ("elasticloadbalancing:ModifyLoadBalancerAttributes", "attributes.key=idle_timeout.timeout_seconds, x=1"),
        ("Finished DB Instance backup", ""),
    ],
)
def test_what_changes_nothing_that_runs_is_harmless(event: str, given: str) -> None:
    assert change_kinds.is_harmless(Change(event=event, given=given))


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("rds:ModifyDBInstance", "dBInstanceIdentifier=x, dBInstanceClass=db.t4g.small, backupRetentionPeriod=7"),
        (
            "elasticache:CreateReplicationGroup",
            "replicationGroupId=x, replicationGroupDescription=y, cacheNodeType=z",
        ),
        ("cloudformation:ExecuteChangeSet", "stackName=x"),
        ("iam:PutRolePolicy", "roleName=x"),
        ("lambda:UpdateFunctionConfiguration", "functionName=x, description=build 7"),
    ],
)
def test_what_may_change_what_runs_is_not(event: str, given: str) -> None:
    assert not change_kinds.is_harmless(Change(event=event, given=given))


@pytest.mark.parametrize(
    ("by", "hand"),
    [
        ("AWSReservedSSO_PowerUser_1/ada", True),
        ("engineer/ada", True),
        ("shop-pipeline/run-4", False),
        ("ci", False),
    ],
)
def test_a_person_is_told_from_a_pipeline_by_the_name(by: str, hand: bool) -> None:
    assert change_kinds.by_hand(Change(by=by)) is hand
