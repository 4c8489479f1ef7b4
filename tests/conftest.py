"""Fixtures of every test, and the option that rewrites the golden files."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache
from pathlib import Path

import botocore.session
import pytest

Golden = Callable[[Path, str], None]


def pytest_configure() -> None:
    """Read every service model once: clients are made by the thousand, most of them in a session of their own."""
    botocore.session.create_loader = cache(botocore.session.create_loader)  # type: ignore[attr-defined]


def pytest_collection_finish() -> None:
    """Leave ten thousand tests and their modules out of every search for garbage, and search less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the renderers produce to the golden files; read the diff before you commit it",
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests measured (``record_property("measured", ...)``), also when they passed."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "measured" and report.when == "call":
                    terminalreporter.write_line(str(value))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with a golden file, or writes it with ``--update-golden``."""
    update = request.config.getoption("--update-golden")

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.is_file(), f"no golden file {path}; run pytest --update-golden and read what it wrote"
        expected = path.read_bytes().decode()
        assert text == expected, f"differs from {path}; if meant, run pytest --update-golden"

    return compare
