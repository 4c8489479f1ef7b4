"""CloudWatch Logs filter patterns, evaluated as the user guide documents them ("Filter pattern syntax").

Pure: a pattern is compiled once and applied to messages. The four forms differ by their first character: `{` JSON,
`[` space-delimited, `%` regular expression, anything else terms.
"""

from __future__ import annotations

from functools import lru_cache

from local_aws.logs.patterns.json_events import parse_json_pattern
from local_aws.logs.patterns.model import InvalidPatternError, Pattern
from local_aws.logs.patterns.regular_expressions import RegexPattern
from local_aws.logs.patterns.space_delimited import parse_space_pattern
from local_aws.logs.patterns.terms import parse_terms

__all__ = ["InvalidPatternError", "Pattern", "compile_pattern"]


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Pattern:
    """The pattern, ready to be applied.

    Raises:
        InvalidPatternError: CloudWatch Logs would refuse it, or this local AWS does not evaluate it; the text says
            which.
    """
    text = pattern.strip()
    if text.startswith("{"):
        return parse_json_pattern(text)
    if text.startswith("["):
        return parse_space_pattern(text)
    if text.startswith("%"):
        return RegexPattern.of(text)
    return parse_terms(text)
