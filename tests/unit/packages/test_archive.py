"""A package holds what it should hold, entry by entry, and hides nothing between them."""

from __future__ import annotations

import io
import zipfile

import pytest

from scripts.packages import archive, compiled
from tests.unit.packages.builders import NAME, SOURCE, code_in, compiled_file, needs_lambda_python, with_code

pytestmark = needs_lambda_python

UNUSED = "vendor/unused.py"
FILES = {NAME: SOURCE, UNUSED: b"raise SystemExit\n", "shop/page.j2": b"<p>"}
BESIDE = "shop/__pycache__/orders.cpython-313.pyc"


def package(**changes: bytes | None) -> bytes:
    """A package, with entries changed or, where None, left out."""
    entries = {**FILES, BESIDE: compiled_file()} | changes
    return archive.write({name: content for name, content in entries.items() if content is not None})


def objections(content: bytes) -> list[str]:
    return archive.objections(content, FILES, [NAME])


def test_given_what_the_sources_build_then_nothing_is_wrong() -> None:
    assert objections(package()) == []


def test_the_same_files_in_another_order_are_the_same_bytes() -> None:
    assert archive.write(dict(reversed(FILES.items()))) == archive.write(FILES)


@pytest.mark.parametrize(
    ("changes", "objection"),
    [
        ({BESIDE: None}, f"{BESIDE} is missing"),
        ({NAME: None}, f"{NAME} is missing"),
        ({compiled.beside(UNUSED): b""}, f"{compiled.beside(UNUSED)} should not be in it"),
        (
            {compiled.beside("shop/gone.py"): b""},
            f"{compiled.beside('shop/gone.py')} should not be in it",
        ),
        ({"shop/page.j2": b"<b>"}, "shop/page.j2 differs from the file it is built from"),
    ],
)
def test_given_another_entry_then_it_is_named(changes: dict[str, bytes | None], objection: str) -> None:
    assert objections(package(**changes)) == [objection]


def test_given_a_compiled_file_that_says_something_else_then_it_is_named() -> None:
    other = code_in(compiled_file(SOURCE.replace(b"+=", b"-=")))

    tampered = package(**{BESIDE: with_code(compiled_file(), other)})

    assert objections(tampered) == [f"{BESIDE} {compiled.OTHER_CODE}"]


def test_given_a_compiled_file_of_an_earlier_source_then_it_is_named() -> None:
    stale = package(**{BESIDE: compiled_file(b"# Before.\n" + SOURCE)})

    assert objections(stale) == [f"{BESIDE} was compiled from another source"]


def test_given_an_earlier_source_and_what_was_compiled_from_it_then_the_source_is_named() -> None:
    earlier = b"# Before.\n" + SOURCE

    assert objections(package(**{NAME: earlier, BESIDE: compiled_file(earlier)})) == [
        f"{NAME} differs from the file it is built from"
    ]


def test_given_bytes_around_the_entries_or_an_entry_twice_then_it_is_refused() -> None:
    for hidden in (b"#!/bin/sh\n" + package(), package() + b"\0", twice(), dated()):
        assert objections(hidden) != []


def test_given_no_archive_then_it_says_so() -> None:
    [sentence] = objections(b"version https://git-lfs.github.com/spec/v1\n")

    assert "no zip archive" in sentence


def twice() -> bytes:
    """A package in which an entry comes once more, with the contents it should have."""
    stream = io.BytesIO(package())
    with zipfile.ZipFile(stream, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr(zipfile.ZipInfo(NAME), SOURCE)
    return stream.getvalue()


def dated() -> bytes:
    """A package whose entries carry another date."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package())) as original, zipfile.ZipFile(stream, "w") as other:
        for entry in original.infolist():
            entry.date_time = (2026, 1, 1, 0, 0, 0)
            other.writestr(entry, original.read(entry))
    return stream.getvalue()
