"""Runs the hostile and the benign corpus, with the layers on, refused by the kernel, and left out.

    python -m tests.security.sandbox

Prints held/total per threat, the negative controls, and what gets through by name; exits with 1 when anything is
not as the corpora say. Code runs as an unprivileged user in its own process, network and mount namespaces. Where
the machine refuses them it prints SKIPPED, and fails if CI=true.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable

from tests.security.sandbox import proof
from tests.unprivileged import CannotIsolate


def main() -> int:
    """Entry point; returns the exit code."""
    started = time.monotonic()
    try:
        results = list(proof.prove())
    except CannotIsolate as missing:
        _say(f"SKIPPED: hostile code needs namespaces of its own here: {missing}")
        return 1 if os.environ.get("CI") == "true" else 0
    for line in _table(results):
        _say(line)
    failed = [result for result in results if not result.as_expected]
    for result in failed:
        _say(f"NOT AS EXPECTED  {result.setting}: {result.name}: {result.found}")
    _say(f"{len(results)} runs in {time.monotonic() - started:.0f} s, {len(failed)} not as expected")
    return 1 if failed else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line.rstrip()}\n")


def _table(results: Iterable[proof.Result]) -> Iterable[str]:
    counted: dict[str, dict[str, list[proof.Result]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        counted[result.group][result.setting].append(result)
    yield f"{'':24}" + "".join(f"{setting:>26}" for setting in proof.SETTINGS)
    for group, by_setting in counted.items():
        yield f"{group:24}" + "".join(f"{_share(by_setting.get(setting, [])):>26}" for setting in proof.SETTINGS)
    yield ""
    for result in results:
        if result.residual and result.setting == proof.DEPLOYED:
            yield f"RESIDUAL  {result.name}: {result.residual}"
    yield ""


def _share(results: list[proof.Result]) -> str:
    return f"{sum(result.counts for result in results)}/{len(results)}" if results else "-"


if __name__ == "__main__":
    sys.exit(main())
