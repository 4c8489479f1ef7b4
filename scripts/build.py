"""Builds the committed packages in dist/: one release of Python gives the same bytes on every machine.

    python scripts/build.py            write dist/*.zip
    python scripts/build.py --check    hold dist/ against the sources, entry by entry

Third-party packages come from locked wheels for one fixed platform, reduced to their Python sources and licences.
Beside the sources lie the files compiled from them, which only CPython 3.13 can write. With it the check also
compiles every source and compares the code; without it the check says what it could not compare.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

# For a file that is run, Python looks in the folder it lies in, and there alone.
sys.path.append(str(Path(__file__).resolve().parent.parent))

from scripts.packages import archive, compiled

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
SOURCE_SUFFIXES = {".py", ".md", ".j2", ".css", ".json"}
# Any platform would do, as extension modules are dropped; one is named so that pip always picks the same wheels.
WHEEL_PLATFORM = ("--platform", "manylinux2014_x86_64", "--implementation", "cp", "--python-version", "3.13")
# No function imports these parts of Powertools, but the second ones: they lie in the layer without compiled files.
NEVER_IMPORTED = ("python/aws_lambda_powertools/event_handler/", "python/aws_lambda_powertools/utilities/")
BUT_IMPORTED = (
    "python/aws_lambda_powertools/utilities/__init__.py",
    "python/aws_lambda_powertools/utilities/jmespath_utils/",
)
MOST_SENTENCES = 20


def main() -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the Lambda packages in dist/ from the sources.")
    parser.add_argument("--check", action="store_true", help="compare with the committed packages, write nothing")
    arguments = parser.parse_args()
    return _check() if arguments.check else _write()


def build() -> dict[str, bytes]:
    """The packages by file name, without compiled files where this Python cannot make those of Lambda's."""
    return {
        name: archive.write(files | (compiled.of(_to_compile(files)) if compiled.possible() else {}))
        for name, files in contents().items()
    }


def contents() -> dict[str, dict[str, bytes]]:
    """What each package holds besides compiled files: contents by path, by file name of the package."""
    return {
        "triage.zip": _sources(ROOT / "lambda"),
        "tool.zip": _sources(ROOT / "tool-lambda"),
        "dependencies.zip": _layer(),
        "demo.zip": _sources(ROOT / "demo" / "lambda_code"),
    }


def _to_compile(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.endswith(".py") and is_imported(name)}


def is_imported(name: str) -> bool:
    """Whether functions import a source file, by its path in the package, so that it pays to compile it."""
    return not name.startswith(NEVER_IMPORTED) or name.startswith(BUT_IMPORTED)


def _write() -> int:
    if not compiled.possible():
        print(f"{compiled.WRONG_PYTHON}; run this with CPython 3.13", file=sys.stderr)
        return 2
    DIST.mkdir(exist_ok=True)
    for name, content in build().items():
        (DIST / name).write_bytes(content)
        print(f"dist/{name:<18} {len(content):>10,} bytes  sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


def _check() -> int:
    found = [
        f"dist/{name}: {objection}"
        for name, files in contents().items()
        for objection in _objections(DIST / name, files)
    ]
    for sentence in found[:MOST_SENTENCES]:
        print(sentence, file=sys.stderr)
    if found:
        more = f" (and {len(found) - MOST_SENTENCES} more)" if len(found) > MOST_SENTENCES else ""
        print(f"dist/ is not what the sources build{more}; run `make build` and commit it", file=sys.stderr)
        return 1
    print("dist/ holds what the sources build")
    if not compiled.possible():
        print(
            "Not compared: the code in compiled files; only their magic number, flags and hash of the source were;"
            f" {compiled.WRONG_PYTHON}"
        )
    return 0


def _objections(path: Path, files: dict[str, bytes]) -> list[str]:
    if not path.is_file():
        return ["it is missing"]
    return archive.objections(path.read_bytes(), files, _to_compile(files))


def _sources(folder: Path, prefix: str = "") -> dict[str, bytes]:
    """Source files below a folder by their path inside the package."""
    return {
        prefix + path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in SOURCE_SUFFIXES and "__pycache__" not in path.parts
    }


def _layer() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "site"
        _install(target)
        third_party = {
            "python/" + path.relative_to(target).as_posix(): path.read_bytes()
            for path in target.rglob("*")
            if path.is_file() and _belongs_in_layer(path.relative_to(target))
        }
    return third_party | _sources(ROOT / "layer", "python/")


def _belongs_in_layer(path: Path) -> bool:
    """Python sources without command-line scripts, time zones and, of the metadata, name, version and licence."""
    if path.parts[0] == "bin":
        return False
    if path.parts[0].endswith(".dist-info"):
        return path.name == "METADATA" or "licenses" in path.parts or path.name.startswith("LICENSE")
    is_time_zone = path.parts[:2] == ("tzdata", "zoneinfo") and not path.suffix
    return path.suffix == ".py" or is_time_zone


def _install(target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:", *WHEEL_PLATFORM]
    command += ["--target", str(target), "--requirement", str(ROOT / "requirements" / "layer.txt")]
    finished = subprocess.run(command, check=False, capture_output=True, text=True)
    if finished.returncode:
        sys.exit(f"pip could not install the layer's packages:\n{finished.stderr}")


if __name__ == "__main__":
    sys.exit(main())
