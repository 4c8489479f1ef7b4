"""Tests that share a local AWS stay on one worker; were they spread, each worker would start and apply its own."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("groups")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there are workers only with -n")
def test_given_workers_then_a_group_is_part_of_the_id_work_is_shared_out_by(
    request: pytest.FixtureRequest,
) -> None:
    assert request.node.nodeid.endswith("@groups")
