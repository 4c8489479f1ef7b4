"""Which IAM action an operation of the SDK needs, where the two are not called the same.

An IAM action is, by rule, the signing name of the service and the name of the operation. The exceptions here come
from the Service Authorization Reference ("Actions, resources, and condition keys", by service) and, for S3, from
"Required permissions for Amazon S3 API operations". Only what decides differently matters: an operation that keeps
a wrong name but is refused under both stays out.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: IAM prefix by signing name.
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "IoTSecuredTunneling": "iot",
        "cloudcontrolapi": "cloudformation",
        "iotdata": "iot",
        "monitoring": "cloudwatch",
        "mturk-requester": "mechanicalturk",
        "partnercentral-account": "partnercentral",
        "partnercentral-benefits": "partnercentral",
        "partnercentral-channel": "partnercentral",
        "partnercentral-selling": "partnercentral",
        "tagging": "tag",
    }
)

#: Services whose actions are HTTP methods on paths, not operations.
BY_METHOD = frozenset({"apigateway"})

#: IAM action by the action the operation's own name would give.
ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "bedrock:Converse": "bedrock:InvokeModel",
        "bedrock:ConverseStream": "bedrock:InvokeModelWithResponseStream",
        "bedrock:InvokeModelWithBidirectionalStream": "bedrock:InvokeModelWithResponseStream",
        "bedrock:StartAsyncInvoke": "bedrock:InvokeModel",
        "dynamodb:BatchExecuteStatement": "dynamodb:PartiQLSelect",
        "dynamodb:ExecuteStatement": "dynamodb:PartiQLSelect",
        "dynamodb:ExecuteTransaction": "dynamodb:PartiQLSelect",
        "dynamodb:TransactGetItems": "dynamodb:GetItem",
        "dynamodb:TransactWriteItems": "dynamodb:PutItem",
        "lambda:GetLayerVersionByArn": "lambda:GetLayerVersion",
        "lambda:Invoke": "lambda:InvokeFunction",
        "lambda:InvokeAsync": "lambda:InvokeFunction",
        "lambda:InvokeWithResponseStream": "lambda:InvokeFunction",
        "s3:CompleteMultipartUpload": "s3:PutObject",
        "s3:CopyObject": "s3:PutObject",
        "s3:CreateMultipartUpload": "s3:PutObject",
        "s3:DeleteObjects": "s3:DeleteObject",
        "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
        "s3:GetBucketAnalyticsConfiguration": "s3:GetAnalyticsConfiguration",
        "s3:GetBucketCors": "s3:GetBucketCORS",
        "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
        "s3:GetBucketIntelligentTieringConfiguration": "s3:GetIntelligentTieringConfiguration",
        "s3:GetBucketInventoryConfiguration": "s3:GetInventoryConfiguration",
        "s3:GetBucketLifecycle": "s3:GetLifecycleConfiguration",
        "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
        "s3:GetBucketMetricsConfiguration": "s3:GetMetricsConfiguration",
        "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
        "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
        "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
        "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
        "s3:HeadBucket": "s3:ListBucket",
        "s3:HeadObject": "s3:GetObject",
        "s3:ListBucketAnalyticsConfigurations": "s3:GetAnalyticsConfiguration",
        "s3:ListBucketIntelligentTieringConfigurations": "s3:GetIntelligentTieringConfiguration",
        "s3:ListBucketInventoryConfigurations": "s3:GetInventoryConfiguration",
        "s3:ListBucketMetricsConfigurations": "s3:GetMetricsConfiguration",
        "s3:ListBuckets": "s3:ListAllMyBuckets",
        "s3:ListDirectoryBuckets": "s3express:ListAllMyDirectoryBuckets",
        "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
        "s3:ListObjectVersions": "s3:ListBucketVersions",
        "s3:ListObjects": "s3:ListBucket",
        "s3:ListObjectsV2": "s3:ListBucket",
        "s3:ListParts": "s3:ListMultipartUploadParts",
        "s3:RenameObject": "s3:PutObject",
        "s3:SelectObjectContent": "s3:GetObject",
        "s3:UploadPart": "s3:PutObject",
        "s3:UploadPartCopy": "s3:PutObject",
        "sns:PublishBatch": "sns:Publish",
        "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
        "sqs:SendMessageBatch": "sqs:SendMessage",
        "timestream:Query": "timestream:Select",
    }
)

#: The same where one service's operation of that name needs something else than the table above says.
ACTIONS_OF_SERVICE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        # Account-wide here, of one bucket in the service s3.
        ("s3control", "GetPublicAccessBlock"): "s3:GetAccountPublicAccessBlock",
        ("s3control", "GetBucket"): "s3-outposts:GetBucket",
        ("s3control", "GetBucketLifecycleConfiguration"): "s3-outposts:GetLifecycleConfiguration",
        ("s3control", "GetBucketReplication"): "s3-outposts:GetReplicationConfiguration",
        ("s3control", "ListRegionalBuckets"): "s3-outposts:ListRegionalBuckets",
    }
)


def action_of(service: str, signing_name: str, operation: str, method: str) -> str:
    """The IAM action a call needs.

    Args:
        service: Name of the service in the SDK, or "" where it is not known.
        signing_name: Name requests to it are signed for.
        operation: Name of the operation as in the service model.
        method: HTTP method of the request.
    """
    prefix = PREFIXES.get(signing_name, signing_name)
    if prefix in BY_METHOD:
        return f"{prefix}:{method}"
    named = f"{prefix}:{operation}"
    return ACTIONS_OF_SERVICE.get((service, operation)) or ACTIONS.get(named, named)
