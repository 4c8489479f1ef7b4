"""AWS Step Functions (API reference, "Actions")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import Is, Noted, Only, Record
from local_aws.declared.rules import Page, Parent, Rule, Service

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGE = Page(100, most=1000, least=0)
_INCLUDED = Noted("METADATA_ONLY leaves definition, input and output out")


def _without_data(*names: str) -> Any:
    def finish(asked: Mapping[str, Any], _kept: list[Record]) -> Mapping[str, Any]:
        return dict.fromkeys(names) if asked.get("includedData") == "METADATA_ONLY" else {}

    return finish


SERVICE = Service(
    "stepfunctions",
    "ValidationException",
    (
        Rule("ListStateMachines", "stateMachines", identity=("stateMachineArn",), page=_PAGE),
        Rule(
            "DescribeStateMachine",
            "",
            {"stateMachineArn": Is("stateMachineArn"), "includedData": _INCLUDED},
            of="ListStateMachines",
            identity=("stateMachineArn",),
            one=True,
            missing=("StateMachineDoesNotExist", "State Machine Does Not Exist: '{}'"),
            finish=_without_data("definition"),
        ),
        Rule(
            "ListExecutions",
            "executions",
            {"stateMachineArn": Is("stateMachineArn", forwarded=True), "statusFilter": Is("status")},
            identity=("executionArn",),
            order="-startDate",
            page=_PAGE,
            parent=Parent("stateMachineArn", "DescribeStateMachine"),
        ),
        Rule(
            "DescribeExecution",
            "",
            {"executionArn": Is("executionArn"), "includedData": _INCLUDED},
            of="ListExecutions",
            identity=("executionArn",),
            one=True,
            missing=("ExecutionDoesNotExist", "Execution Does Not Exist: '{}'"),
            finish=_without_data("input", "output"),
        ),
        Rule(
            "GetExecutionHistory",
            "events",
            {
                "executionArn": Is("executionArn"),
                "includeExecutionData": Only(value=True),
                "reverseOrder": Noted("the latest event first"),
            },
            identity=("executionArn", "to_string(id)"),
            order="id",
            reverse=("reverseOrder", True),
            page=_PAGE,
            undeclared=("ExecutionDoesNotExist", "This local AWS has no history of that execution: declare it."),
            parent=Parent("executionArn", "DescribeExecution"),
        ),
    ),
)
