"""A local AWS in which a function has just lost a permission, and people with different credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from evals import suite
from evals.play import Incident, play, this_minute
from evals.scenario import find
from local_aws.model.choice import choose
from local_aws.model.server import serve
from local_aws.process import Running
from tests import unprivileged

SOURCES = ("cli", "lambda", "tool-lambda", "layer")
ALARM = "order-writer-errors"
ADMINISTRATOR = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass
class Place:
    """Where commands run."""

    running: Running
    incident: Incident
    model_url: str
    role_arn: str

    def command(self, *words: str, cwd: str = "/", **variables: str) -> tuple[int, str, str]:
        """Run `alarm-triage` as somebody who is not root; returns exit code, output and progress."""
        environment = {
            **ADMINISTRATOR,
            "HOME": "/nonexistent",
            "AWS_ENDPOINT_URL": self.running.endpoint,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.model_url,
            "AWS_REGION": self.running.region,
            **variables,
        }
        done = unprivileged.run_module("cli", *words, sources=SOURCES, variables=environment, cwd=cwd)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    with suite.local_aws() as running, serve(choose("scripted")) as model:
        [scenario] = find("lambda-role-lost-permission")
        incident = play(scenario, running, [], this_minute())
        iam = running.client("iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{running.account}:root"}}
        trusting = json.dumps({"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]})
        role = iam.create_role(RoleName="anything-goes", AssumeRolePolicyDocument=trusting)["Role"]["Arn"]
        iam.attach_role_policy(RoleName="anything-goes", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        yield Place(running, incident, model.url, role)
