"""The investigator role of the module, made on the local AWS without applying the module: what it may read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals import play
from local_aws.process import CHECKOUT
from scripts.boundary.documents import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local_aws.process import Running

ROLE = "incident-investigator"

_READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
_DENIED = "denied-by-the-account"
_PLANNED_ACCOUNT = "123456789012"
"""The account the documents are rendered for, without one (tests/terraform/documents.tftest.hcl)."""
_CACHE = CHECKOUT / ".cache" / "evals"


def make_role(running: Running, account_denies: Sequence[str | Mapping[str, Any]] = ()) -> dict[str, str]:
    """Credentials of a role with the module's base policy and denies, and what an account denies besides.

    Raises:
        TerraformError: The documents could not be rendered.
    """
    iam = play.long_ago(running).client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{running.account}:root"}}
    policy = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    arn = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(policy))["Role"]["Arn"]
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=_READ_ONLY)
    for name, planned in _documents().items():
        document = planned.replace(_PLANNED_ACCOUNT, running.account)
        made = iam.create_policy(PolicyName=f"{ROLE}-{name}", PolicyDocument=document)
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=made["Policy"]["Arn"])
    deny(running, ROLE, account_denies)
    keys = running.client("sts").assume_role(RoleArn=arn, RoleSessionName="eval")["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def deny(running: Running, role: str, denied: Sequence[str | Mapping[str, Any]]) -> None:
    """What an account's administrators deny to a role besides."""
    if not denied:
        return
    running.client("iam").put_role_policy(
        RoleName=role,
        PolicyName=_DENIED,
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [_denial(one) for one in denied]}),
    )


def _denial(denied: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """A statement: an action is denied everywhere, `{"actions", "resources"}` on these resources."""
    if isinstance(denied, str):
        return {"Effect": "Deny", "Action": denied, "Resource": "*"}
    return {"Effect": "Deny", "Action": list(denied["actions"]), "Resource": list(denied["resources"])}


def _documents() -> Mapping[str, str]:
    """The module's deny documents; rendered by Terraform when the module has changed."""
    sources = sorted(CHECKOUT.glob("*.tf"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    kept = _CACHE / f"denies-{digest}.json"
    if not kept.is_file():
        _CACHE.mkdir(parents=True, exist_ok=True)
        partial = Path(f"{kept}.partial")
        partial.write_text(json.dumps(_usual(render())))
        partial.replace(kept)
    found: Mapping[str, str] = json.loads(kept.read_text())
    return found


def _usual(rendered: Mapping[str, Any]) -> Mapping[str, str]:
    """The documents of the defaults."""
    denies: Mapping[str, str] = rendered["default"].denies
    return denies
