"""Runs checkov over the module and its demo: nothing may fail, and the run has to have looked at something.

    python scripts/infrastructure.py

Checks that do not apply are skipped beside the resource they are about, each with its reason
(`# checkov:skip=ID:reason`). checkov reports success for a file it cannot parse, hence the counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CHECKOV = ROOT / ".cache" / "venv-checkov" / "bin" / "checkov"

#: Folders without infrastructure of the product.
_LEFT_OUT = ("tests", ".venv", ".cache", ".terraform")


def main() -> int:
    """Entry point; returns the exit code."""
    options = [word for folder in _LEFT_OUT for word in ("--skip-path", folder)]
    answer = subprocess.run(
        [
            str(CHECKOV),
            "--directory",
            str(ROOT),
            "--framework",
            "terraform",
            "--output",
            "json",
            "--soft-fail",
            "--skip-download",
            *options,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        print(f"checkov did not run: {(answer.stderr or answer.stdout).strip()[-2000:]}", file=sys.stderr)
        return 2
    report = json.loads(answer.stdout)
    found = problems(report)
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print(verdict(report))
    return 1 if found else 0


def problems(report: dict[str, Any]) -> list[str]:
    """What is wrong with a report, a line each: failed, unparsed, nothing looked at, skipped without a reason."""
    summary, results = report["summary"], report.get("results", {})
    lines = [
        f"{one['file_path']}:{one['file_line_range'][0]} {one['check_id']} {one['check_name']}: {one['resource']}"
        for one in results.get("failed_checks", [])
    ]
    if summary["parsing_errors"]:
        lines.append(f"{summary['parsing_errors']} files could not be parsed: {results.get('parsing_errors')}")
    if not summary["passed"]:
        lines.append("no check passed: checkov looked at nothing")
    return lines + [
        f"{one['resource']}: {one['check_id']} is skipped without a reason"
        for one in results.get("skipped_checks", [])
        if not (one["check_result"].get("suppress_comment") or "").strip(" .")
    ]


def verdict(report: dict[str, Any]) -> str:
    """One line about a clean report."""
    summary = report["summary"]
    return (
        f"checkov {summary['checkov_version']}: {summary['passed']} passed, {summary['failed']} failed, "
        f"{summary['skipped']} skipped with a reason, {summary['parsing_errors']} parsing errors, "
        f"{summary['resource_count']} resources"
    )


if __name__ == "__main__":
    sys.exit(main())
