"""Tests that share a local AWS stay on one worker; were they spread, each worker would start and apply its own."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("groups")
def test_given_workers_then_a_group_is_part_of_the_id_work_is_shared_out_by(
    request: pytest.FixtureRequest,
) -> None:
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("groups count only with -n and --dist loadgroup, as in make test")

    assert request.node.nodeid.endswith("@groups")
