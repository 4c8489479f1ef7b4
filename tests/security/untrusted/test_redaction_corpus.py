"""Every planted secret goes, everything harmless stays: the corpora beside this file, by id."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from untrusted import make_visible, redact, redact_value

_FOLDER = Path(__file__).parent
SECRETS: dict[str, dict[str, str]] = {
    name: {key: text.replace("¦", "") for key, text in case.items()}
    for name, case in tomllib.loads((_FOLDER / "secrets.toml").read_text("utf-8")).items()
}
HARMLESS: dict[str, str] = tomllib.loads((_FOLDER / "harmless.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", SECRETS)
def test_a_planted_secret_goes_and_its_surroundings_stay(name: str) -> None:
    case = SECRETS[name]
    assert case["secret"] in case["text"].replace("\u200b", "").replace("⟨U+00AD⟩", "")

    redacted = redact(case["text"])

    assert case["secret"] not in redacted
    assert case.get("keep", "") in redacted
    assert "[redacted:" in redacted
    assert redact(redacted) == redacted


@pytest.mark.parametrize("name", SECRETS)
def test_the_order_of_redacting_and_making_visible_does_not_matter(name: str) -> None:
    text = SECRETS[name]["text"]

    first = make_visible(redact(text))

    assert SECRETS[name]["secret"] not in redact(make_visible(text))
    assert make_visible(redact(first)) == first


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_goes_from_inside_a_json_document_which_stays_json(name: str) -> None:
    secret = SECRETS[name]["secret"]
    document = json.dumps({"log": [SECRETS[name]["text"]], "n": 1})

    redacted = redact(document)

    assert secret not in json.dumps(json.loads(redacted), ensure_ascii=False)
    assert json.loads(redacted)["n"] == 1


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_goes_from_a_json_value(name: str) -> None:
    assert SECRETS[name]["secret"] not in str(redact_value({"events": [{"message": SECRETS[name]["text"]}]}))


@pytest.mark.parametrize("name", HARMLESS)
def test_what_the_on_call_needs_survives(name: str) -> None:
    assert redact(HARMLESS[name]) == HARMLESS[name]


@pytest.mark.parametrize("name", HARMLESS)
def test_what_the_on_call_needs_survives_inside_json(name: str) -> None:
    document = {"events": [{"message": HARMLESS[name]}]}

    assert redact_value(document) == document
    assert redact(json.dumps(document)) == json.dumps(document)
