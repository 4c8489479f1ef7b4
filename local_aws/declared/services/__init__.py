"""The rules, one module per service."""

from __future__ import annotations

from local_aws.declared.services import autoscaling, dynamodb, ec2, ecs, elbv2, functions, rds, sqs

_ALL = (
    autoscaling.SERVICE,
    dynamodb.SERVICE,
    ec2.SERVICE,
    ecs.SERVICE,
    elbv2.SERVICE,
    functions.SERVICE,
    rds.SERVICE,
    sqs.SERVICE,
)

SERVICES = {service.name: service for service in _ALL}
"""Rules by boto3's name of the service."""

SIGNED_AS = {
    "autoscaling": ("autoscaling",),
    "dynamodb": ("dynamodb",),
    "ec2": ("ec2",),
    "ecs": ("ecs",),
    "elasticloadbalancing": ("elbv2",),
    "lambda": ("lambda",),
    "rds": ("rds",),
    "sqs": ("sqs",),
}
"""The services that share a name in the emulator's table, which mostly is the name requests are signed for."""
