"""What the orchestrator logs: one JSON line each, without secrets and without anything hidden."""

from __future__ import annotations

import io
import json
import logging

import pytest

from triage.aws.telemetry import PowertoolsTelemetry


@pytest.fixture
def telemetry(monkeypatch: pytest.MonkeyPatch) -> PowertoolsTelemetry:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "investigator")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "AlarmTriage")
    return PowertoolsTelemetry("INFO")


@pytest.fixture
def written(telemetry: PowertoolsTelemetry) -> io.StringIO:
    """What is logged. Powertools keeps one logger per service, with the standard output of its first day."""
    stream = io.StringIO()
    for handler in telemetry._logger._logger.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
    return stream


def test_a_traceback_that_repeats_a_secret_is_logged_without_it(
    telemetry: PowertoolsTelemetry, written: io.StringIO
) -> None:
    error = ConnectionError("postgresql://app:hunter2@db-1/orders refused\u202e, password=hunter2")

    telemetry.failure("investigation failed", error, investigation_id="i-1")

    line = json.loads(written.getvalue())
    assert line["investigation_id"] == "i-1"
    assert "ConnectionError" in line["exception"]
    assert "db-1/orders" in line["exception"]
    assert "hunter2" not in json.dumps(line)
    assert "\u202e" not in json.dumps(line, ensure_ascii=False)


def test_what_is_no_secret_is_logged_as_it_is(telemetry: PowertoolsTelemetry, written: io.StringIO) -> None:
    telemetry.record("report delivered", tokens=1200, duration_s=3.2, category="timeout")

    line = json.loads(written.getvalue())
    assert (line["message"], line["tokens"], line["duration_s"], line["category"]) == (
        "report delivered",
        1200,
        3.2,
        "timeout",
    )
