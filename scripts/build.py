"""Builds the committed packages in dist/: the same sources give the same bytes on every machine.

    python scripts/build.py            write dist/*.zip
    python scripts/build.py --check    build elsewhere and compare with dist/

Deterministic on purpose in three ways: entries are sorted and carry a fixed date and mode; nothing is compressed,
because deflate output differs between zlib versions (the repository compresses the files anyway); third-party
packages come from locked wheels for one fixed platform, reduced to their Python sources and licences.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
SOURCE_SUFFIXES = {".py", ".md", ".j2", ".css", ".json"}
# Any platform would do, since compiled files are dropped; one is named so that pip always picks the same wheels.
WHEEL_PLATFORM = ("--platform", "manylinux2014_x86_64", "--implementation", "cp", "--python-version", "3.13")
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def main() -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the Lambda packages in dist/ from the sources.")
    parser.add_argument("--check", action="store_true", help="compare with the committed packages, write nothing")
    arguments = parser.parse_args()
    packages = build()
    return _check(packages) if arguments.check else _write(packages)


def build() -> dict[str, bytes]:
    """The packages by file name."""
    return {
        "triage.zip": _zip(_sources(ROOT / "lambda")),
        "tool.zip": _zip(_sources(ROOT / "tool-lambda")),
        "dependencies.zip": _zip(_layer()),
        "demo.zip": _zip(_sources(ROOT / "demo" / "lambda_code")),
    }


def _write(packages: dict[str, bytes]) -> int:
    DIST.mkdir(exist_ok=True)
    for name, content in packages.items():
        (DIST / name).write_bytes(content)
        print(f"dist/{name:<18} {len(content):>10,} bytes  sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


def _check(packages: dict[str, bytes]) -> int:
    stale = [name for name, content in packages.items() if not _same(DIST / name, content)]
    for name in stale:
        print(f"dist/{name} is not what the sources build; run `make build` and commit it", file=sys.stderr)
    if not stale:
        print(f"dist/ holds what the sources build: {', '.join(packages)}")
    return 1 if stale else 0


def _same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


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


def _zip(files: dict[str, bytes]) -> bytes:
    with tempfile.TemporaryFile() as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, ZIP_DATE)
                entry.create_system = 3  # Unix, whatever builds it, so that the mode counts
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, files[name])
        stream.seek(0)
        return stream.read()


if __name__ == "__main__":
    sys.exit(main())
