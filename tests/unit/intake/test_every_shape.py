"""What holds for every shape of event: one identity, any name, any partition, and no surprise from junk."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events import FOLDER, event
from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.fingerprint import fingerprint
from triage.domain.signal import Signal
from triage.intake import detect, detect_all

SHAPES = sorted(path.stem for path in FOLDER.glob("*.json"))
REJECTED = sorted(path.stem for path in (FOLDER / "rejected").glob("*.json"))
EVERY_FILE = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.json"))
ONE_SIGNAL = [name for name in SHAPES if name != "sns_several_records"]

WIRED_SEVERAL_WAYS = [
    ("direct_metric_alarm", "eventbridge_metric_alarm", "sns_metric_alarm", "sns_eventbridge_event"),
    ("direct_metric_math_alarm", "eventbridge_metric_math_alarm", "sns_metric_math_alarm"),
    ("direct_anomaly_alarm", "eventbridge_anomaly_alarm"),
    ("direct_composite_alarm", "eventbridge_composite_alarm", "sns_composite_alarm"),
    ("direct_contributor", "eventbridge_contributor", "sns_contributor"),
    ("direct_log_alarm_from_documentation", "sns_log_alarm_from_documentation"),
]


@pytest.mark.parametrize("names", WIRED_SEVERAL_WAYS, ids=lambda names: names[0])
def test_one_transition_is_the_same_whatever_way_it_came(names: tuple[str, ...]) -> None:
    signals = [detect(event(name)) for name in names]

    assert len({fingerprint(signal) for signal in signals}) == 1
    assert len({signal.occurred_at for signal in signals}) == 1
    assert len({(signal.state, signal.name, signal.reason) for signal in signals}) == 1


@pytest.mark.parametrize("names", WIRED_SEVERAL_WAYS, ids=lambda names: names[0])
def test_what_a_report_shows_of_the_metrics_does_not_depend_on_the_way_either(names: tuple[str, ...]) -> None:
    def watched(name: str) -> list[Any]:
        metrics = detect(event(name)).metrics
        return [(one.namespace, one.name, one.statistic, one.period_s, one.expression) for one in metrics]

    assert all(watched(name) == watched(names[0]) for name in names)


@pytest.mark.parametrize("name", SHAPES)
def test_a_signal_survives_the_work_queue(name: str) -> None:
    signals = [found for found in detect_all(event(name)) if isinstance(found, Signal)]

    assert signals
    assert [Signal.from_json(json.loads(json.dumps(signal.to_json()))) for signal in signals] == signals


@pytest.mark.parametrize("name", REJECTED)
def test_what_is_not_ours_is_unsupported(name: str) -> None:
    (found,) = detect_all(event(f"rejected/{name}"))

    assert isinstance(found, UnsupportedEvent)


@pytest.mark.parametrize("foreign", [[], None, "ALARM", 7, {"Records": None}, {"Records": []}, {"Records": "x"}])
def test_what_is_no_event_at_all_is_unsupported(foreign: Any) -> None:
    with pytest.raises(UnsupportedEvent):
        detect(foreign)


def test_an_unsupported_event_is_described_by_its_keys_alone() -> None:
    with pytest.raises(UnsupportedEvent) as caught:
        detect({"password": "hunter2"})

    assert "password" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def renamed(received: dict[str, Any], old: Signal, arn: str, name: str) -> Any:
    """The event of another alarm: its ARN and name wherever the event holds them, also inside a message."""
    # Messages of SNS are JSON inside JSON, so the values are replaced in parsed data, never in text.
    return _replaced(received, {old.subject.partition("#")[0]: arn, old.name: name})


def _replaced(value: Any, by: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: json.dumps(_replaced(json.loads(item), by)) if key == "Message" else _replaced(item, by)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_replaced(item, by) for item in value]
    return by.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("name", [name for name in ONE_SIGNAL if "without_arn" not in name])
@pytest.mark.parametrize(
    ("partition", "region"), [("aws", "ap-southeast-7"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_every_shape_reads_names_of_255_characters_in_any_script_and_partition(
    name: str, partition: str, region: str
) -> None:
    called = "警報: «é» 🚨".ljust(255, "x")
    arn = f"arn:{partition}:cloudwatch:{region}:123456789012:alarm:{called}"
    old = detect(event(name))

    signal = detect(renamed(event(name), old, arn, called))

    assert len(called) == 255
    assert (signal.name, signal.partition, signal.region) == (called, partition, region)
    assert signal.subject.startswith(arn)
    assert len(fingerprint(signal).encode()) < 2000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def bent_events(draw: st.DrawFn) -> Any:
    """An event of any fixture in which some places, messages of SNS included, hold junk."""
    bent = event(draw(st.sampled_from(EVERY_FILE)))
    for _ in range(draw(st.integers(1, 4))):
        _bend(draw, bent)
    return bent


def _bend(draw: st.DrawFn, value: Any) -> None:
    while isinstance(value, dict | list) and value:
        key: Any = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        inner = _parsed(value[key]) if key in ("Message", "reasonData") else None
        if isinstance(inner, dict) and draw(st.booleans()):
            _bend(draw, inner)
            value[key] = json.dumps(inner)
            return
        if not isinstance(value[key], dict | list) or draw(st.booleans()):
            value[key] = draw(JSON)
            return
        value = value[key]


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return None


@given(bent_events())
def test_junk_gives_signals_or_clear_errors_and_is_left_as_it_was(bent: Any) -> None:
    before = deepcopy(bent)

    for found in detect_all(bent):
        if isinstance(found, Signal):
            written = json.dumps(found.to_json(), allow_nan=False)
            assert Signal.from_json(json.loads(written)) == found
            assert fingerprint(found).encode()
        else:
            assert isinstance(found, MalformedEvent | UnsupportedEvent)
            assert 0 < len(str(found)) < 2500
    assert repr(bent) == repr(before)


@given(JSON)
def test_any_json_at_all_gives_signals_or_clear_errors(junk: Any) -> None:
    assert all(isinstance(found, Signal | MalformedEvent | UnsupportedEvent) for found in detect_all(junk))
