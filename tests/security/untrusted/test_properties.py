"""What holds for every text, put together from the corpora and from anything."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.security.untrusted.test_redaction_corpus import HARMLESS, SECRETS
from untrusted import make_visible, redact, redact_value
from untrusted.known import REPLACEMENT

PIECES = st.sampled_from(
    [
        *(case["text"] for case in SECRETS.values()),
        *HARMLESS.values(),
        *"\"'=:;@/\\[]{}() \n,<>&%|-",
        "\\n",
        '\\"',
        "password",
        "token: ",
        '"secret": ',
        "[redacted:token]",
        "://u:",
        "\u200b",
        "\x1b[31m",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=8).map("".join)
DOCUMENTS = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            TEXTS | st.sampled_from(["password", "UserData", "Name", "Value", "env"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEY = "p9Vt/Xk2Qm+7RzLw4Bn8Jd1Hs6Gf3Ty5Ua0Ec2Iq"


def _leaving(text: str) -> str:
    return make_visible(redact(text, [KEY]))


@given(TEXTS)
def test_what_was_made_fit_to_leave_is_not_changed_at_the_next_sink(text: str) -> None:
    once = _leaving(text)

    assert _leaving(once) == once


@given(DOCUMENTS, st.sampled_from([None, 2]))
def test_json_stays_json(document: Any, indent: int | None) -> None:
    text = json.dumps({"d": document}, indent=indent)

    assert list(json.loads(redact(text))) == ["d"]


@given(st.lists(DOCUMENTS, min_size=1, max_size=3))
def test_every_json_line_stays_one(documents: list[Any]) -> None:
    lines = [json.dumps({"d": document}) for document in documents]

    assert all(isinstance(json.loads(line), dict) for line in redact("\n".join(lines)).split("\n"))


@example({"ASIAY34FZKBOKMUTVV7A": "key AKIAIOSFODNN7EXAMPLE used"})
@given(DOCUMENTS)
def test_redacting_a_value_twice_changes_nothing_more(document: Any) -> None:
    once = redact_value(document)

    assert redact_value(once) == once


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 2**32))
def test_the_session_s_key_goes_wherever_signs_are_put_between_its_characters(
    before: str, after: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret is made
    spread = "".join(character + chance.choice(["", "", "\n", "', '", " ", '"\n"', ", "]) for character in KEY)

    redacted = redact(f"{before} <{spread}> {after}", [KEY])

    assert REPLACEMENT in redacted
    assert KEY not in "".join(character for character in redacted if character.isalnum() or character in "+/=")
