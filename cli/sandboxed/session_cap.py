"""The most a session of the model's code may do on a developer's machine, whatever the credentials behind it may.

A session policy is intersected with what the role or user may do (IAM User Guide, "Session policies"), so even an
administrator's role becomes this list: metadata, metrics, logs and history of what alarms are usually about. It is
shorter than what the deployed investigator role may, for a session policy is limited to 2,048 characters, and
everything on it is allowed there too (a test compares both, action by action).
"""

from __future__ import annotations

import json

MAX_POLICY_CHARACTERS = 2_048
"""AWS STS API reference, AssumeRole and GetFederationToken, ``Policy``."""

_REGIONAL = (
    "application-autoscaling:Describe*",
    "autoscaling:DescribeA*",
    "autoscaling:DescribeScal*",
    "acm:DescribeCertificate",
    "acm:List*",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStackResource",
    "cloudformation:DescribeStackResources",
    "cloudformation:DescribeStacks",
    "cloudformation:ListStackResources",
    "cloudformation:ListStacks",
    "cloudwatch:Describe*",
    "cloudwatch:GetMetric*",
    "cloudwatch:ListMetrics",
    "codedeploy:BatchGet*",
    "codedeploy:List*",
    "codepipeline:GetPipelineState",
    "codepipeline:ListPipeline*",
    "dynamodb:Describe*",
    "dynamodb:ListTables",
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceStatus",
    "ec2:DescribeNatGateways",
    "ec2:DescribeNetwork*",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroup*",
    "ec2:DescribeSubnets",
    "ec2:DescribeVolume*",
    "ec2:DescribeVpc*",
    "ecs:Describe*",
    "ecs:List*",
    "elasticache:Describe*",
    "elasticloadbalancing:Describe*",
    "events:Describe*",
    "events:List*",
    "firehose:Describe*",
    "kinesis:Describe*",
    "kinesis:ListShards",
    "kms:DescribeKey",
    "lambda:GetAccountSettings",
    "lambda:GetFunctionC*",
    "lambda:GetPolicy",
    "lambda:List*",
    "logs:Describe*",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetQueryResults",
    "logs:StartQuery",
    "logs:StopQuery",
    "rds:Describe*",
    "s3:GetBucketNotification",
    "scheduler:List*",
    "secretsmanager:DescribeSecret",
    "servicequotas:Get*",
    "servicequotas:List*",
    "sns:GetTopicAttributes",
    "sns:ListSubscriptions*",
    "sns:ListTopics",
    "sqs:GetQueueAttributes",
    "sqs:List*",
    "states:Describe*",
    "states:GetExecutionHistory",
    "states:List*",
    "xray:BatchGetTraces",
    "xray:GetTraceSummaries",
)
# One endpoint for the whole partition, in whose region their requests are made.
_GLOBAL = (
    "cloudtrail:LookupEvents",
    "health:Describe*",
    "iam:GetPolicy*",
    "iam:GetRole*",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:SimulatePrincipalPolicy",
    "sts:GetCallerIdentity",
)


def session_cap(region: str) -> str:
    """The session policy for one region, in at most 2,048 characters."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": _REGIONAL,
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": region}},
            },
            {"Effect": "Allow", "Action": _GLOBAL, "Resource": "*"},
        ],
    }
    return json.dumps(document, separators=(",", ":"))
