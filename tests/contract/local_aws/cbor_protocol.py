"""A signed request in CBOR, which newer SDKs speak to CloudWatch and boto3 does not."""

from __future__ import annotations

import urllib.request
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from tests.contract.local_aws.account import Account

_PROTOCOL = "smithy-rpc-v2-cbor"


def cbor(account: Account, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The answer, read by botocore."""
    model = account.client("cloudwatch").meta.service_model.operation_model(operation)
    made = create_serializer(_PROTOCOL, include_validation=False).serialize_to_request(parameters, model)
    url = account.running.endpoint + made["url_path"]
    request = AWSRequest("POST", url, data=bytes(made["body"]), headers=dict(made["headers"]))
    SigV4Auth(Credentials("test", "test"), "monitoring", account.region).add_auth(request)
    # Loopback only; the scheme is the fixture's.
    sent = urllib.request.Request(url, bytes(made["body"]), dict(request.headers.items()))  # noqa: S310
    with urllib.request.urlopen(sent) as answer:  # noqa: S310
        headers = {name.lower(): value for name, value in answer.headers.items()}
        response = {"status_code": answer.status, "headers": headers, "body": answer.read()}
    found: dict[str, Any] = create_parser(_PROTOCOL).parse(response, model.output_shape)
    return found
