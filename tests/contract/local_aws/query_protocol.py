"""A signed request in the query protocol, which Terraform's provider speaks and boto3 no longer does."""

from __future__ import annotations

import urllib.parse
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.contract.local_aws.account import Account


def query(account: Account, action: str, parameters: dict[str, object]) -> str:
    flat = {"Action": action, "Version": "2010-08-01"}
    for key, value in parameters.items():
        if isinstance(value, list):
            for number, one in enumerate(value, 1):
                members = one.items() if isinstance(one, dict) else [("", one)]
                for name, inner in members:
                    flat[f"{key}.member.{number}" + (f".{name}" if name else "")] = str(inner)
        else:
            flat[key] = str(value).lower() if isinstance(value, bool) else str(value)
    body = urllib.parse.urlencode(flat)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    request = AWSRequest("POST", account.running.endpoint + "/", data=body, headers=headers)
    SigV4Auth(Credentials("test", "test"), "monitoring", account.region).add_auth(request)
    # Loopback only; the scheme is the fixture's.
    sent = urllib.request.Request(request.url, body.encode(), dict(request.headers.items()))  # noqa: S310
    with urllib.request.urlopen(sent) as answer:  # noqa: S310
        return str(answer.read().decode())
