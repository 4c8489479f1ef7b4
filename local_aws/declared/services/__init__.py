"""The rules, one module per service."""

from __future__ import annotations

from local_aws.declared.services import (
    acm,
    apigateway,
    apigatewayv2,
    application_autoscaling,
    autoscaling,
    cloudformation,
    cloudfront,
    codedeploy,
    codepipeline,
    dynamodb,
    ec2,
    ecs,
    elasticache,
    elbv2,
    events,
    functions,
    health,
    iam,
    kinesis,
    kms,
    rds,
    route53,
    scheduler,
    secretsmanager,
    service_quotas,
    sqs,
    stepfunctions,
    xray,
)

_ALL = (
    acm,
    apigateway,
    apigatewayv2,
    application_autoscaling,
    autoscaling,
    cloudformation,
    cloudfront,
    codedeploy,
    codepipeline,
    dynamodb,
    ec2,
    ecs,
    elasticache,
    elbv2,
    events,
    functions,
    health,
    iam,
    kinesis,
    kms,
    rds,
    route53,
    scheduler,
    secretsmanager,
    service_quotas,
    sqs,
    stepfunctions,
    xray,
)

SERVICES = {module.SERVICE.name: module.SERVICE for module in _ALL}
"""Rules by boto3's name of the service."""

_SIGNED_ELSEWHERE = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "elasticloadbalancing": ("elbv2",),
    "servicequotas": ("service-quotas",),
    "states": ("stepfunctions",),
}
"""Services whose requests are signed for another name than boto3's."""

_OWN_NAME = set(SERVICES) - {name for names in _SIGNED_ELSEWHERE.values() for name in names}

SIGNED_AS: dict[str, tuple[str, ...]] = {**_SIGNED_ELSEWHERE, **{name: (name,) for name in _OWN_NAME}}
"""The services that share a name in the emulator's table, which is the name requests are signed for."""
