"""The resource behind the alarm's dimensions: how it is configured and what it may do."""

import json
from typing import Any

from local_aws.model.questions.prelude import (
    attempt,
    client,
    configuration,
    dimensions_of,
    functions,
    role_name,
    say,
)

DESCRIBED_BY = {
    "AutoScalingGroupName": ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroupNames", True),
    "DBInstanceIdentifier": ("rds", "describe_db_instances", "DBInstanceIdentifier", False),
    "FileSystemId": ("efs", "describe_file_systems", "FileSystemId", False),
    "InstanceId": ("ec2", "describe_instance_status", "InstanceIds", True),
    "QueueName": ("sqs", "get_queue_url", "QueueName", False),
    "StateMachineArn": ("stepfunctions", "describe_state_machine", "stateMachineArn", False),
    "StreamName": ("kinesis", "describe_stream_summary", "StreamName", False),
    "TableName": ("dynamodb", "describe_table", "TableName", False),
}


def ask(signal: dict[str, Any]) -> None:
    found = attempt("which functions the alarm is about", functions, signal) or []
    for function in found:
        settings = attempt(f"the configuration of function {function}", describe_function, signal, function)
        if settings:
            attempt(f"the policies of role {role_name(settings)}", policies, signal, role_name(settings))
            attempt(f"the event sources of {function}", event_sources, signal, function)
            attempt(f"the concurrency of {function}", concurrency, signal, function)
    for dimension, value in (attempt("the dimensions of the alarm", dimensions_of, signal) or {}).items():
        if dimension in DESCRIBED_BY:
            attempt(f"{dimension} {value}", describe, signal, dimension, value)
        elif dimension != "FunctionName":
            attempt(f"resources named {value}", look_for, signal, value)


def describe_function(signal: dict[str, Any], function: str) -> dict[str, Any]:
    settings = configuration(signal, function)
    say(
        "function",
        name=function,
        arn=settings.get("FunctionArn"),
        runtime=settings.get("Runtime"),
        handler=settings.get("Handler"),
        timeout_s=settings.get("Timeout"),
        memory_mb=settings.get("MemorySize"),
        role=role_name(settings),
        last_modified=settings.get("LastModified"),
        state=settings.get("State"),
        last_update=settings.get("LastUpdateStatus"),
        environment=sorted((settings.get("Environment") or {}).get("Variables") or {}),
        subnets=(settings.get("VpcConfig") or {}).get("SubnetIds") or None,
    )
    return settings


def policies(signal: dict[str, Any], role: str) -> None:
    iam = client("iam", signal)
    inline = [
        name
        for page in iam.get_paginator("list_role_policies").paginate(RoleName=role)
        for name in page["PolicyNames"]
    ]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    say("role", name=role, inline=inline, attached=[policy["PolicyName"] for policy in attached])
    for name in inline:
        statements(role, name, iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    for policy in attached:
        version = iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId=version)["PolicyVersion"]
        statements(role, policy["PolicyName"], document["Document"])


def statements(role: str, policy: str, document: Any) -> None:
    document = json.loads(document) if isinstance(document, str) else document
    entries = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    for entry in entries[:12]:
        say(
            "statement",
            role=role,
            policy=policy,
            effect=entry["Effect"],
            actions=entry.get("Action") or {"not": entry.get("NotAction")},
            resources=entry.get("Resource") or {"not": entry.get("NotResource")},
            conditions=sorted(entry.get("Condition") or {}) or None,
        )


def event_sources(signal: dict[str, Any], function: str) -> None:
    mappings = client("lambda", signal).list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    for mapping in mappings[:5]:
        say(
            "event_source",
            arn=mapping.get("EventSourceArn"),
            state=mapping.get("State"),
            batch=mapping.get("BatchSize"),
        )


def concurrency(signal: dict[str, Any], function: str) -> None:
    answer = client("lambda", signal).get_function_concurrency(FunctionName=function)
    reserved = answer.get("ReservedConcurrentExecutions")
    if reserved is not None:
        say("concurrency", function=function, reserved=reserved)


def describe(signal: dict[str, Any], dimension: str, value: str) -> None:
    service, operation, parameter, many = DESCRIBED_BY[dimension]
    answer = getattr(client(service, signal), operation)(**{parameter: [value] if many else value})
    answer.pop("ResponseMetadata", None)
    say("resource", dimension=dimension, name=value, **scalars(answer))


def scalars(answer: Any) -> dict[str, Any]:
    """The first thirty plain values anywhere in an answer, by their own names."""
    found: dict[str, Any] = {}
    waiting = [answer]
    while waiting and len(found) < 30:
        entry = waiting.pop(0)
        if isinstance(entry, list):
            waiting += entry
        elif isinstance(entry, dict):
            waiting += [value for value in entry.values() if isinstance(value, dict | list)]
            found |= {
                f"{name[:1].lower()}{name[1:]}_": str(value)[:120]
                for name, value in entry.items()
                if not isinstance(value, dict | list)
            }
    return found


def look_for(signal: dict[str, Any], value: str) -> None:
    pages = client("resourcegroupstaggingapi", signal).get_paginator("get_resources")
    listed = pages.paginate(PaginationConfig={"MaxItems": 2000})
    arns = [entry["ResourceARN"] for page in listed for entry in page["ResourceTagMappingList"]]
    matching = [arn for arn in arns if value in arn]
    say("resources_named", name=value, arns=matching[:10], tagged_resources_seen=len(arns))
