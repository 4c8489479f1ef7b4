"""The same incident under other names, at another hour, or without what decides it."""

from __future__ import annotations

import re

import pytest

from evals.perturbation import Perturbation, make, renamed
from tests.unit.evals.builders import truth

NAMES = {"orders": "fjord1234", "orders-writer": "kelp5678"}


def test_names_are_changed_everywhere_longer_ones_first() -> None:
    document = {"orders": ["orders-writer", b"GET /orders", 7, None], "x": ("orders",)}

    assert Perturbation(NAMES).rename(document) == {
        "fjord1234": ["kelp5678", b"GET /fjord1234", 7, None],
        "x": ["fjord1234"],
    }


def test_a_zip_is_left_alone() -> None:
    packed = b"PK\x03\x04\xff\xfeorders"

    assert Perturbation(NAMES).rename(packed) == packed


def test_no_names_change_nothing() -> None:
    document = {"a": ["orders"]}

    assert Perturbation().rename(document) == document


@pytest.mark.parametrize("name", ["orders", "Orders", "i-0123456789abcdef0", "sg-0a1b2c3d"])
def test_a_new_name_is_another_one_of_the_same_kind_and_always_the_same(name: str) -> None:
    new = renamed(name)

    assert new != name
    assert new == renamed(name)
    assert new[0].isupper() == name[0].isupper()
    assert re.fullmatch(r"[A-Za-z0-9-]+", new)
    if "-" in name:
        assert (new.split("-")[0], len(new)) == (name.split("-", maxsplit=1)[0], len(name))


def test_evidence_is_left_out_of_lines_and_lists_and_nowhere_else() -> None:
    changed = make(["without"], [], truth().decisive)

    assert changed.drops("x AccessDenied y")
    assert not changed.drops("denied")
    assert changed.kept({"events": [{"message": "AccessDenied"}, {"message": "ok"}], "note": "AccessDenied"}) == {
        "events": [{"message": "ok"}],
        "note": "AccessDenied",
    }


def test_what_holds_evidence_stays_without_it_where_a_part_of_it_is_evidence() -> None:
    changed = make(["without"], [], truth().decisive)

    service = {"name": "api", "events": [{"message": "AccessDenied"}, {"message": "steady"}]}

    assert changed.kept({"services": [service]}) == {
        "services": [{"name": "api", "events": [{"message": "steady"}]}],
    }


def test_metrics_are_left_out_by_namespace_and_name() -> None:
    decisive = [{"id": "m", "any_of": ["x"], "remove_metrics": ["AWS/Lambda:Throttles"]}]
    changed = make(["without"], [], truth(decisive=decisive).decisive)

    assert changed.drops_metric("AWS/Lambda", "Throttles")
    assert not changed.drops_metric("AWS/Lambda", "Errors")


def test_a_kind_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="mirror unknown; write any of rename, shift, without"):
        make(["mirror"], [], [])
