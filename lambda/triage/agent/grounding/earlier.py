"""Whether a statement speaks of earlier investigations as what they are: earlier.

What memory holds was found then. A statement about now must not borrow its names, times and numbers; one that says
where they come from may, for the reader then knows.
"""

from __future__ import annotations

import re

_ORDINAL = r"\d{1,4}(?:st|nd|rd|th)|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_EARLIER = re.compile(
    r"\b(?:(?:earlier|previous|prior|past|last|former) (?:investigation|report|incident|occurrence|time|case)s?"
    rf"|(?:{_ORDINAL}) time"
    r"|(?:was|were) (?:also |last |already )?investigated"
    r"|investigated (?:before|earlier|once|twice)"
    r"|recurr(?:ed|ing|ence|ent)|in the past|a person said)\b",
    re.IGNORECASE,
)


def speaks_of_earlier(statement: str) -> bool:
    """Whether the statement says that it is about an earlier investigation."""
    return bool(_EARLIER.search(" ".join(statement.split())))
