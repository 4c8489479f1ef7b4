"""How sure a report may be: the model states its confidence, code lowers it to what the evidence carries.

``CONFIRMED`` needs direct evidence: every quote and every detail of the root cause holds, and a successful look
says something of the kind that the stated category is about. The alarm itself is none: it shows the symptom.
Nor are earlier investigations: they show what was wrong then, and a cause that rests on them alone is
``INCONCLUSIVE``.
Without direct evidence ``LIKELY`` is the most. What contradicts the cause, or is missing to decide, makes it
``INCONCLUSIVE``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.evidence import EvidenceStatus
from triage.domain.report import Category, Confidence
from untrusted import instructions_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.domain.evidence import Evidence
    from triage.domain.report import RootCause

_ORDER = (Confidence.INCONCLUSIVE, Confidence.LIKELY, Confidence.CONFIRMED)
_SIGNS = {
    Category.PERMISSION_DENIED: r"denied|not authori[sz]ed|unauthori[sz]ed|forbidden|\b40[13]\b|permission|policy",
    Category.TIMEOUT: r"time[d-]?.?out|deadline|duration|latency|\b504\b",
    Category.THROTTLED: r"throttl|rate exceeded|too ?many ?requests|\b429\b|throughput|slow ?down|concurren",
    Category.OUT_OF_MEMORY: r"memory|\boom\b|heap|killed|\b137\b|swap",
    Category.QUOTA_EXCEEDED: r"quota|limit|exceed|too many",
    Category.CERTIFICATE_EXPIRED: r"certificate|x509|\bssl\b|\btls\b|expire|notafter",
}
"""Words one of which a quote holds that shows a cause of the category directly. Other categories take any form."""


def most_sure(cause: RootCause, evidence_of: Callable[[str], Evidence | None]) -> Confidence:
    """The highest confidence that a checked root cause may claim.

    Args:
        cause: with the citations that hold, marked as verified or not.
        evidence_of: the evidence with an id.
    """
    cited = [(citation.quote, evidence_of(citation.evidence_id)) for citation in cause.citations]
    of_now = [(quote, found) for quote, found in cited if found and not found.is_memory]
    if cause.contradictions or cause.missing or not of_now:
        return Confidence.INCONCLUSIVE
    looks = [quote for quote, found in of_now if _shows_directly(quote, found)]
    return Confidence.CONFIRMED if cause.verified and _is_direct(cause.category, looks) else Confidence.LIKELY


def lower(stated: Confidence, most: Confidence) -> Confidence:
    """The stated confidence, or the most there may be; code never raises it."""
    return min(stated, most, key=_ORDER.index)


def _shows_directly(quote: str, evidence: Evidence) -> bool:
    """Whether a quote is what a look at the account found, and no text that gives the investigator orders."""
    if evidence.status is not EvidenceStatus.OK or evidence.is_of_alarm:
        return False
    return not any(quote in found.excerpt or found.excerpt in quote for found in instructions_in(evidence.output))


def _is_direct(category: Category, quotes: Sequence[str]) -> bool:
    if category is Category.UNKNOWN:
        return False
    signs = _SIGNS.get(category, "")
    return any(re.search(signs, quote, re.IGNORECASE) for quote in quotes)
