"""The module's tool function, made on the local AWS by API calls, without the rest of the module."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from evals import access, play

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import boto3.session

    from local_aws.process import Running

NAME = "incident-tool"

TIMEOUT_S = 120
"""As the module's default has it (`tool_lambda_timeout`)."""

_MEMORY_MB = 2048
_RUNTIME: Final = "python3.13"


def make(running: Running, packages: Mapping[str, bytes]) -> None:
    """Make the function that assumes the role of :func:`evals.access.make_role` and runs code in the sandbox.

    Args:
        packages: The built packages by file name.
    """
    session = play.long_ago(running)
    functions = session.client("lambda")
    layer = functions.publish_layer_version(
        LayerName=f"{NAME}-dependencies", Content={"ZipFile": packages["dependencies.zip"]}
    )
    functions.create_function(
        FunctionName=NAME,
        Role=_role(running, session),
        Runtime=_RUNTIME,
        Handler="tool_handler.handler",
        Timeout=TIMEOUT_S,
        MemorySize=_MEMORY_MB,
        Layers=[layer["LayerVersionArn"]],
        Code={"ZipFile": packages["tool.zip"]},
        Environment={
            "Variables": {
                "INVESTIGATOR_ROLE_ARN": f"arn:aws:iam::{running.account}:role/{access.ROLE}",
                "TOOL_TIMEOUT_SECONDS": str(TIMEOUT_S),
                "POWERTOOLS_SERVICE_NAME": "tool",
                "POWERTOOLS_METRICS_NAMESPACE": "AlarmTriage",
            }
        },
    )


def _role(running: Running, session: boto3.session.Session) -> str:
    """The function's own role: its log, and the investigator role."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    allowed: list[Mapping[str, object]] = [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": f"arn:aws:iam::{running.account}:role/{access.ROLE}",
        },
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"},
    ]
    iam = session.client("iam")
    made = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=_document([trust]))
    iam.put_role_policy(RoleName=NAME, PolicyName="assume-investigator", PolicyDocument=_document(allowed))
    return str(made["Role"]["Arn"])


def _document(statements: Sequence[Mapping[str, object]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
