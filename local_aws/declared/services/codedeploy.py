"""AWS CodeDeploy (API reference, "Actions"). The emulator does not know it: everything is declared."""

from __future__ import annotations

from local_aws.declared.conditions import Is
from local_aws.declared.filters import Span
from local_aws.declared.rules import Page, Rule, Service

_PAGE = Page(100)
_TARGET_ID = "*.targetId | [0]"
_APPLICATION = Is("applicationName")

SERVICE = Service(
    "codedeploy",
    "InvalidInputException",
    (
        Rule(
            "GetApplication",
            "application",
            {"applicationName": _APPLICATION},
            identity=("applicationName",),
            one=True,
            missing=("ApplicationDoesNotExistException", "No application found for name: {}"),
        ),
        Rule(
            "ListApplications",
            "applications",
            of="GetApplication",
            identity=("applicationName",),
            reads="{applicationName: @}",
            shows="applicationName",
            page=_PAGE,
        ),
        Rule(
            "GetDeploymentGroup",
            "deploymentGroupInfo",
            {"applicationName": _APPLICATION, "deploymentGroupName": Is("deploymentGroupName")},
            identity=("applicationName", "deploymentGroupName"),
            one=True,
            missing=("DeploymentGroupDoesNotExistException", "No Deployment Group found for name: {}"),
        ),
        Rule(
            "ListDeploymentGroups",
            "deploymentGroups",
            {"applicationName": _APPLICATION},
            of="GetDeploymentGroup",
            identity=("applicationName", "deploymentGroupName"),
            reads="{deploymentGroupName: @}",
            shows="deploymentGroupName",
            page=_PAGE,
        ),
        Rule(
            "GetDeployment",
            "deploymentInfo",
            {"deploymentId": Is("deploymentId")},
            identity=("deploymentId",),
            one=True,
            missing=("DeploymentDoesNotExistException", "The deployment {} could not be found"),
        ),
        Rule(
            "BatchGetDeployments",
            "deploymentsInfo",
            {"deploymentIds": Is("deploymentId")},
            of="GetDeployment",
            identity=("deploymentId",),
        ),
        Rule(
            "ListDeployments",
            "deployments",
            {
                "applicationName": _APPLICATION,
                "createTimeRange": Span("createTime"),
                "deploymentGroupName": Is("deploymentGroupName"),
                "externalId": Is("externalId"),
                "includeOnlyStatuses": Is("status"),
            },
            of="GetDeployment",
            identity=("deploymentId",),
            reads="{deploymentId: @}",
            shows="deploymentId",
            order="-createTime",
            page=_PAGE,
        ),
        Rule(
            "BatchGetDeploymentTargets",
            "deploymentTargets",
            {"deploymentId": Is("deploymentId || (*.deploymentId | [0])"), "targetIds": Is(_TARGET_ID)},
            identity=(_TARGET_ID,),
        ),
        Rule(
            "ListDeploymentTargets",
            "targetIds",
            {"deploymentId": Is("deploymentId || (*.deploymentId | [0])")},
            of="BatchGetDeploymentTargets",
            identity=(_TARGET_ID,),
            reads="{instanceTarget: {targetId: @}}",
            shows=_TARGET_ID,
            page=_PAGE,
        ),
    ),
)
