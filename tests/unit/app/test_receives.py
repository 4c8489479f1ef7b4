"""The investigator knows its last chance: as many receives as the work queue allows."""

from __future__ import annotations

import re
from pathlib import Path

from triage.app.investigate import MAX_RECEIVES


def test_the_last_receive_is_the_one_after_which_the_queue_gives_up() -> None:
    text = (Path(__file__).parents[3] / "queue.tf").read_text(encoding="utf-8")

    found = re.search(r"max_receives = \{\s*work\s*= (\d+)", text)

    assert found is not None
    assert int(found[1]) == MAX_RECEIVES
