"""The names requests are signed with are those of the models, though only the beginnings of these are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from ministack.core import router

from local_aws import service_names


def test_every_name_the_emulator_finds_in_whole_models_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "_KNOWN_AWS_SERVICE_NAMES", None)
    router._is_aws_service_name("anything")

    assert service_names.known() == router._KNOWN_AWS_SERVICE_NAMES
    assert {"elasticloadbalancing", "states", "stepfunctions"} < service_names.known()


def test_a_model_kept_otherwise_is_read_whole(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "2026-01-01"
    folder.mkdir(parents=True)
    model: dict[str, Any] = {"operations": {}, "metadata": {"endpointPrefix": "shop.api", "signingName": "shop"}}
    (folder / "service-2.json").write_text(json.dumps(model))
    loader = botocore.session.get_session().get_component("data_loader").__class__([str(tmp_path)])

    assert set(service_names._of(loader, "shop")) == {"shop", "shop.api"}
