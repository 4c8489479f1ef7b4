"""The toolbox inside a child of the sandbox: bound by name, told the alarm by the inputs, within all layers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.toolbox.incident import FUNCTION, Incident
from tests.sandbox_host import SandboxHost
from toolbox import HELPERS
from toolbox.asking.window import iso

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("toolbox_sandbox")]

#: The session's planted credentials are nobody's on the local AWS; its administrator's stand in for the role's.
AS_SOMEBODY = "boto3.setup_default_session(aws_access_key_id='test', aws_secret_access_key='test')\n"
#: What `unhurried` gives the tests' own process.
UNHURRIED = "toolbox.first_look.PATIENCE_S = toolbox.first_look.run.__kwdefaults__['deadline_s'] = 50.0\n"


@pytest.fixture(scope="module")
def child(incident: Incident) -> Iterator[SandboxHost]:
    host = SandboxHost(isolated=False, endpoint_url=incident.running.endpoint)
    yield host
    host.close()


def test_given_a_call_then_every_helper_is_bound_by_its_name(child: SandboxHost) -> None:
    names = [helper.__name__ for helper in HELPERS]

    reply = child.call(f"[callable(globals()[name]) and name in dir(toolbox) for name in {names}]")

    assert (reply["error"], reply["result"]) == (None, [True] * len(names))


def test_given_the_alarm_in_the_inputs_then_helpers_need_no_arguments(
    child: SandboxHost, incident: Incident
) -> None:
    inputs = {"signal": incident.signal, "onset": incident.onset.isoformat()}

    reply = child.call(
        AS_SOMEBODY + "print(breach()['reading'])\nconfiguration()", inputs=inputs, region="eu-west-1"
    )

    assert reply["error"] is None
    assert reply["stdout"].startswith("0 → 3")
    assert reply["result"]["asked"] == {"resource": f"lambda {FUNCTION}"}
    assert reply["result"]["Timeout"] == 30


def test_given_one_call_then_a_whole_first_look_is_its_result(child: SandboxHost, incident: Incident) -> None:
    reply = child.call(
        AS_SOMEBODY + UNHURRIED + "toolbox.first_look.run(inputs['signal'])",
        inputs={"signal": incident.signal},
        region="eu-west-1",
    )

    assert (reply["status"], reply["error"]) == ("ok", None)
    assert reply["result"]["version"] == 1
    assert reply["result"]["window"]["onset"] == incident.onset.isoformat()
    assert not reply["truncated"]
    metric = next(each for each in reply["result"]["sections"] if each["id"] == "metric")
    assert metric["data"]["onset"] == iso(incident.onset)


def test_given_inputs_of_another_kind_then_a_call_is_as_ever(child: SandboxHost) -> None:
    reply = child.call("inputs['signal']", inputs={"signal": "green"})

    assert (reply["error"], reply["result"]) == (None, "green")
