"""A section as text: one fact a line, nothing lost, nothing that could pass for another line."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from triage.first_look.document import Lead, Section
from triage.first_look.lines import text_of


def a_section(data: dict[str, Any], **overrides: Any) -> Section:
    return Section(**({"id": "logs", "title": "Errors", "helper": "log_errors", "data": data} | overrides))


def test_a_template_is_one_line_below_its_group() -> None:
    data = {
        "groups": [
            {
                "group": "/aws/lambda/orders",
                "lines": 101,
                "templates": [
                    {"template": "KeyError: 'TABLE'", "count": 55, "frames": ["rates.py:19 in for_country"]},
                    {"template": "rate is one day old", "count": 46},
                ],
            }
        ]
    }

    assert text_of(a_section(data)).splitlines() == [
        "groups:",
        "- group: /aws/lambda/orders; lines: 101",
        "  templates:",
        "  - template: KeyError: 'TABLE'; count: 55",
        "    frames:",
        "    - rates.py:19 in for_country",
        "  - template: rate is one day old; count: 46",
    ]


def test_a_series_is_one_line_and_a_missing_value_a_dash() -> None:
    data = {"series": {"from": "2026-11-21T02:00:00Z", "step_s": 60, "values": [0, 1.5, None]}, "threshold": 5}

    assert text_of(a_section(data)).splitlines() == [
        "series:",
        "  from: 2026-11-21T02:00:00Z",
        "  step_s: 60",
        "  values: 0 1.5 -",
        "threshold: 5",
    ]


def test_members_of_a_member_stand_in_braces() -> None:
    containers = [{"name": "api", "environment": {"TABLE": "orders", "LEVEL": "info"}, "image": "api:1"}]

    assert text_of(a_section({"containers": containers})).splitlines() == [
        "containers:",
        "- name: api; environment: {TABLE: orders; LEVEL: info}; image: api:1",
    ]


def test_a_lead_says_what_led_there() -> None:
    section = a_section(
        {"lines": 3}, lead=Lead("ecs a/worker", "its environment names the queue"), asked={"filter": "x"}
    )

    assert text_of(section).splitlines() == [
        "about: ecs a/worker, because its environment names the queue",
        "asked: filter: x",
        "lines: 3",
    ]


def test_a_gap_is_told() -> None:
    assert text_of(a_section({}, gap="late: not answered")) == "gap: late: not answered"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), json_values, max_size=5))
def test_every_text_of_an_answer_is_in_its_lines(data: dict[str, Any]) -> None:
    shown = text_of(a_section(data))

    for leaf in _texts(data):
        assert " ".join(leaf.split()) in shown


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []
