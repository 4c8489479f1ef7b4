"""The module's interface, read from its sources: complete, self-explaining, and shown in the README's tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import hcl2
import pytest
from hcl2.utils import SerializationOptions

from sandbox import settings as sandbox_settings
from scripts.readme_tables import MarkersError, main, modules, refreshed, tables
from triage import settings

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATIONS = {
    "module": ROOT,
    "demo": ROOT / "demo",
    **{path.name: path for path in sorted((ROOT / "modules").iterdir())},
}
SET_ELSEWHERE = {
    "AWS_ENDPOINT_URL",  # a local AWS
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",  # Lambda
    "AWS_REGION",  # Lambda
    "FIRST_LOOK",  # tests of the pipeline that investigate by the hundred
    "LEASE_SECONDS",  # tests that have no minutes to wait
    "LOG_LEVEL",  # functions.tf, for all functions at once
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
}
"""Documented variables that no entry of ``local.functions`` holds, and who sets them."""
EMPTY = "# Title\n<!-- inputs -->\n<!-- /inputs -->\ntext\n<!-- outputs -->\n<!-- /outputs -->\n"

SMALL_VARIABLES = """
variable "name" {
  description = "Either a | b."
  type        = string
}

variable "limits" {
  description = <<-EOT
    Limits.
    - `turns` (40): calls
  EOT
  type        = object({ turns = optional(number, 40) })
  default     = {}
}
"""
SMALL_OUTPUTS = """
output "arn" {
  description = "Where it is."
  value       = "x"
}
"""


def blocks(folder: Path, kind: str) -> dict[str, dict[str, Any]]:
    """Blocks of one kind by name."""
    options = SerializationOptions(strip_string_quotes=True, with_comments=False, explicit_blocks=False)
    found: dict[str, dict[str, Any]] = {}
    for source in folder.glob("*.tf"):
        with source.open(encoding="utf-8") as text:
            for block in hcl2.load(text, serialization_options=options).get(kind, []):
                found.update(block)
    return found


@pytest.fixture
def small_module(tmp_path: Path) -> Path:
    """A module of two inputs and one output."""
    (tmp_path / "variables.tf").write_text(SMALL_VARIABLES, encoding="utf-8")
    (tmp_path / "outputs.tf").write_text(SMALL_OUTPUTS, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("folder", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_every_variable_has_type_description_and_says_whether_it_may_be_null(folder: Path) -> None:
    variables = blocks(folder, "variable")
    assert variables
    missing = {n: {"type", "description", "nullable"} - set(block) for n, block in variables.items()}
    assert {name: absent for name, absent in missing.items() if absent} == {}


@pytest.mark.parametrize("folder", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_every_output_has_a_description(folder: Path) -> None:
    outputs = blocks(folder, "output")
    assert outputs
    assert [name for name, block in outputs.items() if not block.get("description")] == []


@pytest.mark.parametrize("folder", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_every_validation_message_names_its_variable(folder: Path) -> None:
    nameless = [
        (name, validation["error_message"])
        for name, block in blocks(folder, "variable").items()
        for validation in block.get("validation", [])
        if name not in validation["error_message"]
    ]
    assert nameless == []


def test_the_only_provider_is_aws() -> None:
    declared = [set(block["required_providers"][0]) for block in _terraform_blocks()]
    assert declared == [{"aws"}] * len(CONFIGURATIONS)


def _terraform_blocks() -> list[dict[str, Any]]:
    options = SerializationOptions(strip_string_quotes=True, with_comments=False, explicit_blocks=False)
    names = {folder: "main.tf" if folder.name == "demo" else "versions.tf" for folder in CONFIGURATIONS.values()}
    return [
        hcl2.loads((folder / name).read_text(encoding="utf-8"), serialization_options=options)["terraform"][0]
        for folder, name in names.items()
    ]


def test_a_table_has_a_row_for_each_input_and_output(small_module: Path) -> None:
    assert tables(small_module) == {
        "inputs": (
            "| Variable | Description | Type | Default |\n"
            "| --- | --- | --- | --- |\n"
            "| `name` | Either a \\| b. | `string` | required |\n"
            "| `limits` | Limits.<br>- `turns` (40): calls | `object({turns = optional(number, 40)})` | `{}` |\n"
        ),
        "outputs": "| Output | Description |\n| --- | --- |\n| `arn` | Where it is. |\n",
    }


def test_tables_go_between_their_markers_and_nothing_else_changes() -> None:
    written = refreshed(EMPTY, {"inputs": "| in |\n", "outputs": "| out |\n"})
    assert written == (
        "# Title\n<!-- inputs -->\n\n| in |\n\n<!-- /inputs -->\n"
        "text\n<!-- outputs -->\n\n| out |\n\n<!-- /outputs -->\n"
    )
    assert refreshed(written, {"inputs": "| in |\n", "outputs": "| out |\n"}) == written


def test_a_document_without_markers_is_refused() -> None:
    with pytest.raises(MarkersError, match="<!-- inputs -->"):
        refreshed("# Title\n", {"inputs": ""})


def test_the_check_tells_a_stale_readme_from_a_fresh_one(
    small_module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = small_module / "README.md"
    readme.write_text(EMPTY, encoding="utf-8")
    options = ["--module", str(small_module)]

    assert main([*options, "--check"]) == 1
    assert "make fmt" in capsys.readouterr().err
    assert readme.read_text(encoding="utf-8") == EMPTY

    assert main(options) == 0
    assert main([*options, "--check"]) == 0


def test_a_missing_readme_is_one_sentence(small_module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--module", str(small_module)]) == 2
    assert "README.md" in capsys.readouterr().err


def test_one_stale_readme_of_several_is_enough(small_module: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    for name, text in {"variables.tf": SMALL_VARIABLES, "outputs.tf": SMALL_OUTPUTS, "README.md": EMPTY}.items():
        (fresh / name).write_text(text, encoding="utf-8")
    main(["--module", str(fresh)])
    (small_module / "README.md").write_text(EMPTY, encoding="utf-8")

    assert main(["--check", "--module", str(fresh)]) == 0
    assert main(["--check", "--module", str(fresh), str(small_module)]) == 1


def test_every_module_of_the_repository_is_looked_at() -> None:
    assert {ROOT, ROOT / "modules" / "log-source"} <= set(modules())


def test_the_settings_document_every_variable_that_terraform_sets_and_no_other() -> None:
    documented: dict[str, set[str]] = {"triage": set(), "investigator": set(), "notice": set()}
    for names, functions in re.findall(r"^\| ([A-Z_, ]+) \| ([a-z, ]+) \|", settings.__doc__ or "", re.MULTILINE):
        for function in documented if functions == "all" else functions.split(", "):
            documented[function] |= set(names.split(", "))

    assert {name: set_by_terraform(name) for name in documented} == {
        name: variables - SET_ELSEWHERE for name, variables in documented.items()
    }
    assert set_by_terraform("tool") == (
        set(re.findall(r"^([A-Z_]{6,})$", sandbox_settings.__doc__ or "", re.MULTILINE)) - SET_ELSEWHERE
    )


def set_by_terraform(function: str) -> set[str]:
    """Names in the ``environment`` of one entry of ``local.functions``, in functions.tf."""
    text = (ROOT / "functions.tf").read_text(encoding="utf-8")
    entry = re.search(rf"^    {function} = {{\n(.*?)^    }}$", text, re.MULTILINE | re.DOTALL)
    assert entry, f"functions.tf has no entry {function}"
    return set(re.findall(r"^        ([A-Z_]+) +=", entry[1], re.MULTILINE))
