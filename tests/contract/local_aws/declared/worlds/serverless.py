"""Lambda, Step Functions, EventBridge and its Scheduler."""

from __future__ import annotations

import uuid
from typing import Any

from tests.contract.local_aws.declared.worlds.world import World, ago, arn, ask, keyed


def _function(name: str, qualifier: str = "") -> str:
    return arn("lambda", f"function:{name}" + (f":{qualifier}" if qualifier else ""))


def _configuration(name: str, version: str, timeout: int) -> dict[str, Any]:
    return {"FunctionName": name, "FunctionArn": _function(name, version), "Version": version, "Timeout": timeout}


def _alias(function: str, name: str, version: str) -> dict[str, Any]:
    return {"AliasArn": _function(function, name), "Name": name, "FunctionVersion": version}


def _uuid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def _mapping(name: str, function: str, queue: str) -> dict[str, Any]:
    return {
        "UUID": _uuid(name),
        "FunctionArn": _function(function),
        "EventSourceArn": arn("sqs", queue),
        "State": "Enabled",
    }


def _provisioned(function: str, qualifier: str, number: int) -> dict[str, Any]:
    return {
        "FunctionArn": _function(function, qualifier),
        "RequestedProvisionedConcurrentExecutions": number,
        "Status": "READY",
    }


LAMBDA = World(
    "lambda",
    {
        "ListFunctions": {
            "Functions": [
                _configuration("shop", "$LATEST", 3),
                _configuration("shop", "7", 9),
                _configuration("blog", "$LATEST", 30),
            ]
        },
        "ListAliases": {
            "Aliases": [
                _alias("shop", "live", "7"),
                _alias("shop", "test", "$LATEST"),
                _alias("blog", "live", "1"),
            ]
        },
        "ListEventSourceMappings": {
            "EventSourceMappings": [
                _mapping("m1", "shop", "orders"),
                _mapping("m2", "shop", "carts"),
                _mapping("m3", "blog", "orders"),
            ]
        },
        "GetFunctionConcurrency": keyed(
            *(
                ({"FunctionName": name}, {"ReservedConcurrentExecutions": number})
                for name, number in (("shop", 5), ("blog", 0))
            )
        ),
        "GetPolicy": keyed(
            ({"FunctionName": "shop"}, {"Policy": "of shop"}),
            ({"FunctionName": "shop", "Qualifier": "live"}, {"Policy": "of live"}),
            ({"FunctionName": "blog"}, {"Policy": "of blog"}),
        ),
        "ListFunctionEventInvokeConfigs": keyed(
            (
                {"FunctionName": "shop"},
                {
                    "FunctionEventInvokeConfigs": [
                        {"FunctionArn": _function("shop", "$LATEST"), "MaximumRetryAttempts": 0},
                        {"FunctionArn": _function("shop", "live"), "MaximumRetryAttempts": 2},
                    ]
                },
            ),
            (
                {"FunctionName": "blog"},
                {
                    "FunctionEventInvokeConfigs": [
                        {"FunctionArn": _function("blog", "$LATEST"), "MaximumRetryAttempts": 1}
                    ]
                },
            ),
        ),
        "ListProvisionedConcurrencyConfigs": keyed(
            (
                {"FunctionName": "shop"},
                {"ProvisionedConcurrencyConfigs": [_provisioned("shop", "live", 4), _provisioned("shop", "7", 2)]},
            ),
            ({"FunctionName": "blog"}, {"ProvisionedConcurrencyConfigs": [_provisioned("blog", "live", 1)]}),
        ),
        "GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 10}},
    },
    (
        ask("ListFunctions", "Functions[].Timeout", "30 3", FunctionVersion=("ALL", "30 3 9")),
        ask(
            "GetFunctionConfiguration",
            "[Timeout]",
            "3",
            {"FunctionName": "shop"},
            FunctionName=(_function("blog"), "30"),
            Qualifier=("7", "9"),
            more=(
                ({"FunctionName": "gone"}, "!ResourceNotFoundException"),
                ({"FunctionName": "shop", "Qualifier": "live"}, "9"),
                ({"FunctionName": "210987654321:function:blog"}, "30"),
            ),
        ),
        ask(
            "GetFunction",
            "Configuration.[Timeout]",
            "3",
            {"FunctionName": "shop"},
            FunctionName=("blog", "30"),
            Qualifier=("7", "9"),
        ),
        ask(
            "ListVersionsByFunction",
            "Versions[].Version",
            "$LATEST 7",
            {"FunctionName": "shop"},
            FunctionName=("blog", "$LATEST"),
        ),
        ask(
            "ListAliases",
            "Aliases[].Name",
            "live test",
            {"FunctionName": "shop"},
            FunctionName=("blog", "live"),
            FunctionVersion=("$LATEST", "test"),
        ),
        ask(
            "GetAlias",
            "[FunctionVersion]",
            "7",
            {"FunctionName": "shop", "Name": "live"},
            FunctionName=("blog", "1"),
            Name=("test", "$LATEST"),
            more=(({"FunctionName": "shop", "Name": "gone"}, "!ResourceNotFoundException"),),
        ),
        ask(
            "ListEventSourceMappings",
            "EventSourceMappings[].UUID",
            " ".join(map(_uuid, ("m1", "m2", "m3"))),
            FunctionName=("shop", f"{_uuid('m1')} {_uuid('m2')}"),
            EventSourceArn=(arn("sqs", "orders"), f"{_uuid('m1')} {_uuid('m3')}"),
            more=(({"FunctionName": "shop", "EventSourceArn": arn("sqs", "orders")}, _uuid("m1")),),
        ),
        ask(
            "GetEventSourceMapping",
            "[UUID]",
            _uuid("m1"),
            {"UUID": _uuid("m1")},
            UUID=(_uuid("m2"), _uuid("m2")),
            more=(({"UUID": _uuid("m9")}, "!ResourceNotFoundException"),),
        ),
        ask(
            "GetFunctionConcurrency",
            "[ReservedConcurrentExecutions]",
            "5",
            {"FunctionName": "shop"},
            FunctionName=("blog", "0"),
        ),
        ask(
            "GetPolicy",
            "[Policy]",
            "of shop",
            {"FunctionName": "shop"},
            FunctionName=("blog", "of blog"),
            Qualifier=("live", "of live"),
        ),
        ask(
            "ListFunctionEventInvokeConfigs",
            "FunctionEventInvokeConfigs[].MaximumRetryAttempts",
            "0 2",
            {"FunctionName": "shop"},
            FunctionName=("blog", "1"),
        ),
        ask(
            "GetFunctionEventInvokeConfig",
            "[MaximumRetryAttempts]",
            "0",
            {"FunctionName": "shop"},
            FunctionName=("blog", "1"),
            Qualifier=("live", "2"),
        ),
        ask(
            "ListProvisionedConcurrencyConfigs",
            "ProvisionedConcurrencyConfigs[].RequestedProvisionedConcurrentExecutions",
            "4 2",
            {"FunctionName": "shop"},
            FunctionName=("blog", "1"),
        ),
        ask(
            "GetProvisionedConcurrencyConfig",
            "[RequestedProvisionedConcurrentExecutions]",
            "4",
            {"FunctionName": "shop", "Qualifier": "live"},
            FunctionName=("blog", "1"),
            Qualifier=("7", "2"),
        ),
        ask("GetAccountSettings", "AccountLimit.[ConcurrentExecutions]", "10"),
    ),
)

_MACHINE = {name: arn("states", f"stateMachine:{name}") for name in ("shop", "blog")}


def _execution(machine: str, name: str, status: str, hours: int) -> dict[str, Any]:
    return {
        "executionArn": arn("states", f"execution:{machine}:{name}"),
        "stateMachineArn": _MACHINE[machine],
        "name": name,
        "status": status,
        "startDate": ago(hours=hours),
    }


_EXECUTIONS = [
    _execution("shop", "e1", "SUCCEEDED", 5),
    _execution("shop", "e2", "FAILED", 1),
    _execution("blog", "e3", "RUNNING", 2),
]


def _event(number: int, kind: str) -> dict[str, Any]:
    return {"id": number, "type": kind, "timestamp": ago(hours=5)}


STATES = World(
    "stepfunctions",
    {
        "ListStateMachines": {
            "stateMachines": [
                {"stateMachineArn": machine, "name": name, "type": "STANDARD", "creationDate": ago(days=9)}
                for name, machine in _MACHINE.items()
            ]
        },
        "DescribeStateMachine": keyed(
            ({"stateMachineArn": _MACHINE["shop"]}, {"stateMachineArn": _MACHINE["shop"], "definition": "{}"})
        ),
        "ListExecutions": {"executions": _EXECUTIONS},
        "DescribeExecution": keyed(
            (
                {"executionArn": _EXECUTIONS[1]["executionArn"]},
                {"executionArn": _EXECUTIONS[1]["executionArn"], "error": "States.Timeout", "input": "{}"},
            )
        ),
        "GetExecutionHistory": keyed(
            (
                {"executionArn": _EXECUTIONS[1]["executionArn"]},
                {
                    "events": [
                        _event(1, "ExecutionStarted"),
                        _event(2, "TaskStateEntered"),
                        _event(3, "ExecutionTimedOut"),
                    ]
                },
            ),
            ({"executionArn": _EXECUTIONS[0]["executionArn"]}, {"events": [_event(1, "ExecutionSucceeded")]}),
        ),
    },
    (
        ask("ListStateMachines", "stateMachines[].name", "shop blog"),
        ask(
            "DescribeStateMachine",
            "[name]",
            "shop",
            {"stateMachineArn": _MACHINE["shop"]},
            stateMachineArn=(_MACHINE["blog"], "blog"),
            more=(({"stateMachineArn": _MACHINE["shop"] + "9"}, "!StateMachineDoesNotExist"),),
        ),
        ask(
            "DescribeStateMachine",
            "[definition]",
            "{}",
            {"stateMachineArn": _MACHINE["shop"]},
            includedData=("METADATA_ONLY", "None"),
        ),
        ask(
            "ListExecutions",
            "executions[].name",
            "e2 e1",
            {"stateMachineArn": _MACHINE["shop"]},
            stateMachineArn=(_MACHINE["blog"], "e3"),
            statusFilter=("FAILED", "e2"),
        ),
        ask(
            "DescribeExecution",
            "[error]",
            "States.Timeout",
            {"executionArn": _EXECUTIONS[1]["executionArn"]},
            executionArn=(_EXECUTIONS[0]["executionArn"], "None"),
            more=(({"executionArn": _EXECUTIONS[0]["executionArn"] + "9"}, "!ExecutionDoesNotExist"),),
        ),
        ask(
            "DescribeExecution",
            "[input]",
            "{}",
            {"executionArn": _EXECUTIONS[1]["executionArn"]},
            includedData=("METADATA_ONLY", "None"),
        ),
        ask(
            "GetExecutionHistory",
            "events[].type",
            "ExecutionStarted TaskStateEntered ExecutionTimedOut",
            {"executionArn": _EXECUTIONS[1]["executionArn"]},
            executionArn=(_EXECUTIONS[0]["executionArn"], "ExecutionSucceeded"),
            reverseOrder=(True, "ExecutionTimedOut TaskStateEntered ExecutionStarted"),
            includeExecutionData=(False, "!ValidationException"),
            more=(({"includeExecutionData": True}, "ExecutionStarted TaskStateEntered ExecutionTimedOut"),),
        ),
    ),
)

EVENTS = World(
    "events",
    {
        "ListRules": {
            "Rules": [
                {"Name": "nightly", "State": "DISABLED", "ScheduleExpression": "rate(1 day)"},
                {"Name": "orders", "State": "ENABLED"},
                {"Name": "nightly", "EventBusName": "shop", "State": "ENABLED"},
            ]
        },
        "ListTargetsByRule": keyed(
            ({"Rule": "nightly"}, {"Targets": [{"Id": "t1", "Arn": _function("report")}]}),
            ({"Rule": "orders"}, {"Targets": [{"Id": "t2", "Arn": _function("shop")}]}),
            ({"Rule": "nightly", "EventBusName": "shop"}, {"Targets": [{"Id": "t3", "Arn": _function("shop")}]}),
        ),
        "ListEventBuses": {"EventBuses": [{"Name": "shop"}, {"Name": "blog"}]},
        "ListArchives": {
            "Archives": [
                {"ArchiveName": "a1", "EventSourceArn": arn("events", "event-bus/shop"), "State": "ENABLED"},
                {"ArchiveName": "b2", "EventSourceArn": arn("events", "event-bus/blog"), "State": "DISABLED"},
            ]
        },
    },
    (
        ask(
            "ListRules",
            "Rules[].State",
            "DISABLED ENABLED",
            EventBusName=("shop", "ENABLED"),
            NamePrefix=("night", "DISABLED"),
        ),
        ask(
            "DescribeRule",
            "[State]",
            "DISABLED",
            {"Name": "nightly"},
            EventBusName=("shop", "ENABLED"),
            Name=("orders", "ENABLED"),
            more=(({"Name": "gone"}, "!ResourceNotFoundException"),),
        ),
        ask(
            "ListTargetsByRule",
            "Targets[].Id",
            "t1",
            {"Rule": "nightly"},
            EventBusName=("shop", "t3"),
            Rule=("orders", "t2"),
        ),
        ask(
            "ListRuleNamesByTarget",
            "RuleNames",
            "orders",
            {"TargetArn": _function("shop")},
            TargetArn=(_function("report"), "nightly"),
            EventBusName=("shop", "nightly"),
        ),
        ask("ListEventBuses", "EventBuses[].Name", "shop blog", NamePrefix=("sh", "shop")),
        ask(
            "ListArchives",
            "Archives[].ArchiveName",
            "a1 b2",
            NamePrefix=("b", "b2"),
            State=("ENABLED", "a1"),
            EventSourceArn=(arn("events", "event-bus/blog"), "b2"),
        ),
    ),
)

SCHEDULER = World(
    "scheduler",
    {
        "ListSchedules": {
            "Schedules": [
                {"Name": "nightly", "GroupName": "default", "State": "DISABLED"},
                {"Name": "hourly", "GroupName": "default", "State": "ENABLED"},
                {"Name": "nightly", "GroupName": "shop", "State": "ENABLED"},
            ]
        },
        "ListScheduleGroups": {"ScheduleGroups": [{"Name": "shop"}, {"Name": "blog"}]},
    },
    (
        ask(
            "ListSchedules",
            "Schedules[].[GroupName, Name][]",
            "default hourly default nightly shop nightly",
            GroupName=("shop", "shop nightly"),
            NamePrefix=("h", "default hourly"),
            State=("DISABLED", "default nightly"),
        ),
        ask(
            "GetSchedule",
            "[State]",
            "DISABLED",
            {"Name": "nightly"},
            GroupName=("shop", "ENABLED"),
            Name=("hourly", "ENABLED"),
            more=(({"Name": "gone"}, "!ResourceNotFoundException"),),
        ),
        ask("ListScheduleGroups", "ScheduleGroups[].Name", "shop blog", NamePrefix=("b", "blog")),
    ),
)

WORLDS = (LAMBDA, STATES, EVENTS, SCHEDULER)
