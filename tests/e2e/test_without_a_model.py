"""Without access to a model the e-mail is what code found by itself: it still names the cause."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from local_aws import model_process
from local_aws.model.backend import ConverseError
from local_aws.model.server import serve
from tests.e2e.test_alarm_to_mail import CAUSES, archived_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.model.backend import JsonObject
    from tests.e2e.conftest import Deployment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("e2e")]

NAMED = {"permission": "dynamodb:GetItem", "timeout": "time-out", "memory": "memory"}
"""What the statement of the cause says of each fault."""


class _NoAccess:
    """Bedrock towards an account that was not granted the model."""

    description = "a model without access"

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        del model_id, request
        raise ConverseError(
            "AccessDeniedException", "You don't have access to the model with the specified model ID."
        )


@pytest.fixture
def without_access(deployment: Deployment) -> Iterator[Deployment]:
    with serve(_NoAccess()) as model:
        deployment.running.use_model(model.url)
        yield deployment
    model_process.ensure(deployment.running, "scripted")


@pytest.mark.parametrize("fault", sorted(CAUSES) if os.environ.get("E2E") == "full" else ["timeout"])
def test_the_first_look_names_the_cause_and_shows_the_breach(without_access: Deployment, fault: str) -> None:
    delivered = without_access.incident(fault)

    category, _ = CAUSES[fault]
    found = archived_report(without_access, delivered)
    report = found["report"]
    assert report["origin"] == "first_look"
    assert report["root_cause"]["category"] == category, report["root_cause"]
    assert without_access.inputs["function_name"] in report["root_cause"]["statement"]
    assert NAMED[fault] in report["root_cause"]["statement"]
    assert all(claim["verified"] for claim in (report["root_cause"], *report["findings"], *report["timeline"]))
    assert found["first_look"]["api_calls"] > 0
    assert ", first look] " in delivered.subject
    assert "You don't have access to the model" in " ".join(delivered.text.split())
