"""A scenario on disk: its folder, checked before anything is played."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.templates import TemplateError
from evals.truth import Truth, TruthError, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from evals.templates import Setting

FOLDER = Path(__file__).with_name("scenarios")
FROZEN = Path(__file__).with_name("FROZEN")

_REQUIRED = ("story.md", "seed.py", "event.json", "truth.json")


class ScenarioError(ValueError):
    """A folder that is no scenario of this format; the message names file and remedy."""


@dataclass(frozen=True)
class Scenario:
    """One incident with a known cause.

    Attributes:
        folder: Where its files are; the folder's name is the scenario's.
    """

    folder: Path

    def __post_init__(self) -> None:
        """Refuse an incomplete folder."""
        missing = [name for name in _REQUIRED if not (self.folder / name).is_file()]
        if missing:
            raise ScenarioError(f"{self.folder}: {', '.join(missing)} missing (see evals/README.md).")

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return self.folder.name

    def document(self, file: str) -> Any:
        """A JSON file as written, templates included; None when there is none.

        Raises:
            ScenarioError: It is no JSON.
        """
        path = self.folder / file
        if not path.is_file():
            return None
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ScenarioError(f"{path}: {error}") from None

    def filled(self, file: str, setting: Setting, change: Callable[[Any], Any]) -> Any:
        """A JSON file as it is in a setting, after a change of its text (renamed resources).

        Raises:
            ScenarioError: A template in it means nothing.
        """
        try:
            return setting.fill(change(self.document(file)))
        except TemplateError as error:
            raise ScenarioError(f"{self.folder / file}: {error}") from None

    def truth(self, setting: Setting, change: Callable[[Any], Any]) -> Truth:
        """What is right in a setting.

        Raises:
            ScenarioError: truth.json is not what README.md describes.
        """
        try:
            return parse(self.filled("truth.json", setting, change))
        except TruthError as error:
            raise ScenarioError(f"{self.folder / 'truth.json'}: {error}") from None

    def function(self, file: str, name: str) -> Callable[..., Any] | None:
        """A function of seed.py or probe.py; None when the file does not exist.

        Raises:
            ScenarioError: The file does not define it.
        """
        path = self.folder / file
        if not path.is_file():
            return None
        spec = importlib.util.spec_from_file_location(f"scenario_{self.name}_{path.stem}".replace("-", "_"), path)
        assert spec is not None  # noqa: S101 - for a .py file there always is one
        assert spec.loader is not None  # noqa: S101
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found = getattr(module, name, None)
        if not callable(found):
            raise ScenarioError(f"{path}: define the function {name}.")
        return found  # type: ignore[no-any-return] # callable(...) narrows Any to nothing mypy can name

    def digest(self) -> str:
        """SHA-256 over the names and contents of its files."""
        total = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                total.update(f"{path.relative_to(self.folder)}\0{path.stat().st_size}\0".encode())
                total.update(path.read_bytes())
        return total.hexdigest()


def find(pattern: str = "*") -> list[Scenario]:
    """The scenarios whose names match, by name; a pattern with a `/` is a folder of scenarios, or one scenario.

    Raises:
        ScenarioError: Nothing matches.
    """
    folders = list(_folders(pattern))
    if not folders:
        known = ", ".join(sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
        raise ScenarioError(f"no scenario matches {pattern!r}; there are {known}.")
    return [Scenario(folder) for folder in sorted(folders)]


def _folders(pattern: str) -> Iterator[Path]:
    if "/" in pattern:
        root = Path(pattern).expanduser()
        yield from [root] if (root / "truth.json").is_file() else _scenarios_in(root, "*")
        return
    for one in pattern.split(","):
        yield from _scenarios_in(FOLDER, one.strip())


def _scenarios_in(root: Path, pattern: str) -> Sequence[Path]:
    return [path for path in root.glob(pattern) if path.is_dir() and not path.name.startswith((".", "_"))]


def frozen() -> Mapping[str, str]:
    """Names and digests of the scenarios that do not change."""
    lines = FROZEN.read_text().splitlines() if FROZEN.is_file() else []
    pairs = (line.split() for line in lines if line.strip() and not line.startswith("#"))
    return {name: digest for digest, name in pairs}
