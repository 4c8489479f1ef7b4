"""Who holds the addresses of a subnet, and why the jobs of a workflow failed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from toolbox.capacity.subnets import holder_of, ids_in
from toolbox.resources.task_causes import cause_of


@pytest.mark.parametrize(
    ("interface", "holder"),
    [
        (
            {
                "TagSet": [
                    {"Key": "aws:ecs:clusterName", "Value": "shop"},
                    {"Key": "aws:ecs:serviceName", "Value": "cart"},
                ]
            },
            "ecs shop/cart",
        ),
        ({"Description": "AWS Lambda VPC ENI-orders-a1b2c3d4-1111-2222-3333-444455556666"}, "lambda orders"),
        ({"Description": "ELB app/front/50dc6c495c0c9188"}, "load balancer front"),
        ({"Description": "Interface for NAT Gateway nat-0a1b"}, "NAT gateway nat-0a1b"),
        ({"Description": "Attached to Glue using role: arn:aws:iam::123456789012:role/etl"}, "glue etl"),
        ({"Description": "aws-K8S-i-0abc"}, "eks i-0abc"),
        ({"Description": "by hand", "Groups": [{"GroupName": "crawler"}]}, "crawler"),
        ({"InterfaceType": "efa"}, "efa"),
    ],
)
def test_an_interface_tells_who_has_it(interface: dict[str, Any], holder: str) -> None:
    assert holder_of(interface) == holder


def test_subnets_of_refused_calls_come_first() -> None:
    answers = {
        "network": {"subnets": ["subnet-0aaaaaaaaaaaaaaa1"]},
        "changes": {"other": ["ec2:CreateNetworkInterface subnet-0bbbbbbbbbbbbbbb2 (InsufficientFreeAddresses)"]},
    }

    assert ids_in(answers) == ["subnet-0bbbbbbbbbbbbbbb2", "subnet-0aaaaaaaaaaaaaaa1"]


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        (
            {"JobName": "load", "JobRunState": "FAILED", "ErrorMessage": "Python module not found"},
            "load FAILED: Python module not found",
        ),
        (
            {
                "TaskDefinitionArn": "arn:aws:ecs:eu-west-1:1:task-definition/export:7",
                "StopCode": "EssentialContainerExited",
                "StoppedReason": "Essential container exited",
                "Containers": [{"ExitCode": 137, "Reason": "OutOfMemoryError"}],
            },
            "export:7 EssentialContainerExited: Essential container exited; OutOfMemoryError; exit code 137",
        ),
        (
            {
                "JobName": "bill",
                "Status": "FAILED",
                "StatusReason": "Host EC2 terminated",
                "Container": {"ExitCode": 1},
            },
            "bill FAILED: Host EC2 terminated; exit code 1",
        ),
        (
            {
                "TrainingJobName": "risk",
                "TrainingJobStatus": "Failed",
                "FailureReason": "ClientError: no such object",
            },
            "risk Failed: ClientError: no such object",
        ),
    ],
)
def test_the_cause_of_a_job_is_told_in_its_own_words(told: dict[str, Any], cause: str) -> None:
    assert cause_of(json.dumps(told)) == cause


@pytest.mark.parametrize(
    "text", ['{"errorMessage": "boom", "errorType": "KeyError"}', "plain words", "[1, 2]", "{}"]
)
def test_any_other_cause_stays_as_it_is(text: str) -> None:
    assert cause_of(text) == text
