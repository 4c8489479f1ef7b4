"""What a compiled file holds, and how one that holds something else is found out."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from scripts.packages import compiled
from tests.unit.packages.builders import (
    NAME,
    SOURCE,
    code_in,
    compiled_file,
    needs_lambda_python,
    with_code,
    with_function,
)

ROOT = Path(__file__).resolve().parents[3]
REAL_SOURCES = sorted((ROOT / "tool-lambda" / "sandbox").glob("*.py"))

HASHES = """
import hashlib, json, sys
from pathlib import Path
from scripts.packages import compiled
for module in sys.argv[2:]:
    __import__(module)
names = json.loads(sys.argv[1])
files = compiled.of({name: Path(name).read_bytes() for name in names})
print(json.dumps({name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}))
"""


def hashes(names: list[str], seed: str, *imported: str) -> dict[str, str]:
    """Hashes of the compiled files that a process of its own makes, in this order, after these imports."""
    finished = subprocess.run(  # noqa: S603 - this interpreter and the code above
        [sys.executable, "-c", HASHES, json.dumps(names), *imported],
        cwd=ROOT,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    found: dict[str, str] = json.loads(finished.stdout)
    return found


@needs_lambda_python
@pytest.mark.slow
def test_given_another_process_order_and_hash_seed_then_the_bytes_are_the_same() -> None:
    names = [str(path.relative_to(ROOT)) for path in REAL_SOURCES]
    assert len(names) > 10

    first = hashes(names, "1")
    second = hashes(names[::-1], "2", "argparse", "dataclasses", "unittest")

    assert first == second


def test_a_compiled_file_lies_where_python_looks_for_it() -> None:
    assert compiled.beside("handler.py") == "__pycache__/handler.cpython-313.pyc"
    assert compiled.beside("a/b/__init__.py") == "a/b/__pycache__/__init__.cpython-313.pyc"


@needs_lambda_python
def test_given_a_package_then_python_runs_what_was_compiled_and_names_the_file_it_lies_in(tmp_path: Path) -> None:
    source, beside = unpacked(tmp_path, SOURCE, compiled_file())
    before = beside.stat()

    code = SourceFileLoader("orders", str(source)).get_code("orders")

    assert code is not None
    assert code.co_filename == str(source)
    assert all(item.co_filename == str(source) for item in code.co_consts if hasattr(item, "co_filename"))
    assert beside.stat() == before


@needs_lambda_python
@pytest.mark.parametrize(("flags", "limit"), [(0b11, 2), (0b01, 1)], ids=["checked", "unchecked"])
def test_given_another_source_then_python_runs_that_because_the_hash_is_checked(
    tmp_path: Path, flags: int, limit: int
) -> None:
    file = compiled_file()
    changed = SOURCE.replace(b"LIMIT = 1", b"LIMIT = 2")
    source, _ = unpacked(tmp_path, changed, file[:4] + flags.to_bytes(4, "little") + file[8:])

    code = SourceFileLoader("orders", str(source)).get_code("orders")

    assert code is not None
    ran: dict[str, object] = {}
    exec(code, ran)  # noqa: S102 - the lines above
    assert ran["LIMIT"] == limit


def unpacked(folder: Path, source: bytes, file: bytes) -> tuple[Path, Path]:
    """Source and compiled file in a folder."""
    path, beside = folder / NAME, folder / compiled.beside(NAME)
    beside.parent.mkdir(parents=True)
    path.write_bytes(source)
    beside.write_bytes(file)
    return path, beside


@needs_lambda_python
def test_given_what_was_compiled_from_its_source_then_nothing_is_wrong() -> None:
    assert compiled.objection(NAME, SOURCE, compiled_file()) is None


@needs_lambda_python
def test_given_a_header_of_another_kind_then_it_is_refused() -> None:
    file = compiled_file()

    assert "3.13" in str(compiled.objection(NAME, SOURCE, (3495).to_bytes(2, "little") + file[2:]))
    assert "checked hash" in str(compiled.objection(NAME, SOURCE, file[:4] + b"\1\0\0\0" + file[8:]))
    assert "checked hash" in str(compiled.objection(NAME, SOURCE, file[:4] + b"\0\0\0\0" + file[8:]))
    assert "3.13" in str(compiled.objection(NAME, SOURCE, b""))


@needs_lambda_python
def test_given_a_hash_of_another_source_then_it_is_refused() -> None:
    changed = SOURCE.replace(b"LIMIT = 1", b"LIMIT = 2")

    assert compiled.objection(NAME, changed, compiled_file()) == "was compiled from another source"


@needs_lambda_python
@pytest.mark.parametrize(
    "other",
    [
        SOURCE.replace(b"LIMIT = 1", b"LIMIT = 2"),
        SOURCE.replace(b"LIMIT = 1", b"LIMIT = True"),
        SOURCE.replace(b"result += price", b"result -= price"),
        SOURCE.replace(b"> LIMIT", b"< LIMIT"),
        SOURCE + b"\n\nimport os\n",
        b"\n" + SOURCE,
    ],
    ids=["constant", "type", "operator", "comparison", "more", "line"],
)
def test_given_the_hash_of_its_source_and_other_code_then_it_is_refused(other: bytes) -> None:
    file = with_code(compiled_file(), code_in(compiled_file(other)))

    assert compiled.objection(NAME, SOURCE, file) == compiled.OTHER_CODE


@needs_lambda_python
@pytest.mark.parametrize("attribute", ["co_qualname", "co_stacksize", "co_filename", "co_exceptiontable"])
def test_given_a_difference_that_equal_code_objects_may_have_then_it_is_refused(attribute: str) -> None:
    others = {
        "co_qualname": "other",
        "co_stacksize": 1,
        "co_filename": "other.py",
        "co_exceptiontable": b"\x82\0\0\0",
    }
    file = compiled_file()
    code = with_function(code_in(file), lambda function: function.replace(**{attribute: others[attribute]}))

    assert compiled.objection(NAME, SOURCE, with_code(file, code)) == compiled.OTHER_CODE


@needs_lambda_python
def test_given_something_behind_the_code_or_nothing_readable_then_it_is_refused() -> None:
    file = compiled_file()

    for spoiled in (file + b"more", file[:-1], file[:16], file[:16] + b"garbage"):
        assert compiled.objection(NAME, SOURCE, spoiled) == compiled.OTHER_CODE


@needs_lambda_python
def test_given_another_python_then_only_the_header_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    file = compiled_file()
    other_code = with_code(file, code_in(compiled_file(SOURCE + b"\nimport os\n")))
    monkeypatch.setattr(compiled, "possible", lambda: False)

    assert compiled.objection(NAME, SOURCE, other_code) is None
    assert compiled.objection(NAME, SOURCE + b"\n", other_code) == "was compiled from another source"
    with pytest.raises(RuntimeError, match=r"only CPython 3\.13, which Lambda runs"):
        compiled.of({NAME: SOURCE})


def test_the_hash_of_a_source_is_that_of_lambdas_python_on_every_python() -> None:
    # As written by 3.13.0 for this source; on another version importlib's own function gives another.
    header = bytes.fromhex("f30d0d0a03000000") + bytes.fromhex("9f719b8a1d6be2fb")

    assert compiled.objection("x.py", b"x=1\n", header + b"\0") in {None, compiled.OTHER_CODE}
    assert compiled.objection("x.py", b"x=2\n", header + b"\0") == "was compiled from another source"
