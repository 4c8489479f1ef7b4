"""From the emulator's function record to what an execution environment is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ministack.core.lambda_runtime import execution_credentials
from ministack.services import lambda_svc

from local_aws.functions.code_store import CodeStore, sha256
from local_aws.functions.environment import FunctionSpec

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Endpoints:
    """Where a function finds its AWS: the local AWS, and the model server for Bedrock's runtime.

    Attributes:
        egress: variables that lead everything else through the gateway to what is played of the internet.
    """

    aws: str
    model: str | None
    egress: Mapping[str, str] = field(default_factory=dict)


def function_spec(record: Mapping[str, Any], store: CodeStore, endpoints: Endpoints) -> FunctionSpec:
    """Unpack the uploaded zip and layers, and build the function's environment variables."""
    config: Mapping[str, Any] = record.get("config") or record
    code: bytes = record["code_zip"]
    layers = [lambda_svc._resolve_layer_zip(layer) for layer in config.get("Layers") or []]
    task = store.task(code)
    arn = base_arn(str(config["FunctionArn"]))
    variables = {
        **_own_variables(config),
        **_reserved_variables(config, arn, str(task)),
        **execution_credentials({**config, "FunctionArn": arn}),
        "AWS_ENDPOINT_URL": endpoints.aws,
        **endpoints.egress,
    }
    if endpoints.model:
        variables["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] = endpoints.model
    return FunctionSpec(
        name=str(config["FunctionName"]),
        arn=arn,
        version=str(config.get("Version") or "$LATEST"),
        handler=str(config.get("Handler") or ""),
        memory_mib=int(config.get("MemorySize") or 128),
        timeout_s=float(config.get("Timeout") or 3),
        task=task,
        opt=store.opt([layer for layer in layers if layer]),
        code_sha256=sha256(code),
        variables=variables,
    )


def base_arn(function_arn: str) -> str:
    """The ARN without its version or alias."""
    return ":".join(function_arn.split(":")[:7])


def log_group(config: Mapping[str, Any]) -> str:
    """Where the function logs: its own group unless configured otherwise."""
    configured = (config.get("LoggingConfig") or {}).get("LogGroup")
    return str(configured or f"/aws/lambda/{config['FunctionName']}")


def _own_variables(config: Mapping[str, Any]) -> dict[str, str]:
    variables = lambda_svc._runtime_env_vars(config)
    return {str(name): str(value) for name, value in variables.items()}


def _reserved_variables(config: Mapping[str, Any], arn: str, task: str) -> dict[str, str]:
    """The reserved variables of the Lambda developer guide ("Defined runtime environment variables")."""
    region = arn.split(":")[3]
    logging = config.get("LoggingConfig") or {}
    return {
        "_HANDLER": str(config.get("Handler") or ""),
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime')}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize") or 128),
        "AWS_LAMBDA_FUNCTION_NAME": str(config["FunctionName"]),
        "AWS_LAMBDA_FUNCTION_VERSION": str(config.get("Version") or "$LATEST"),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": str(logging.get("LogFormat") or "Text"),
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group(config),
        "AWS_LAMBDA_LOG_LEVEL": str(logging.get("ApplicationLogLevel") or "INFO"),
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "LAMBDA_TASK_ROOT": task,
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TZ": ":UTC",
    }
