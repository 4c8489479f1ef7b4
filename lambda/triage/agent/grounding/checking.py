"""Checks one claim against the evidence it cites, and says in words what does not hold."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from triage.agent.grounding.contradictions import contradicted
from triage.agent.grounding.derived.unshown_numbers import unshown_numbers
from triage.agent.grounding.earlier import speaks_of_earlier
from triage.agent.grounding.reading.cited import CitedText, EvidenceText
from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.passages import Passages
from triage.agent.grounding.reading.statements import stated_in
from triage.domain.report import Citation, Claimed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from triage.agent.grounding.reading.statements import Stated
    from triage.domain.evidence import Evidence

C = TypeVar("C", bound=Claimed)

MIN_QUOTE_CHARACTERS = 3
MAX_SHOWN = 80
_DENIAL = re.compile(r"\b(?:no|none|nothing|nobody|never|neither|nor|without)\b[^.;]*$", re.IGNORECASE)
ONLY_EARLIER = (
    "it rests on earlier investigations alone, which do not show what is so now: cite a look of today, or say "
    "that an earlier investigation found it"
)


class Checker:
    """Checks claims against all evidence of an investigation and collects what is wrong with them.

    Attributes:
        problems: one sentence each, starting with the path of the claim in the report.
    """

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        self._texts = {item.id: EvidenceText(item) for item in evidence}
        self.problems: list[str] = []

    def everything_about(self, statement: str) -> CitedText:
        """All evidence that may show a statement: that of earlier investigations only if it speaks of them."""
        return CitedText(_about(statement, self._texts.values()))

    def shows_now(self, claim: Claimed, statement: str) -> bool:
        """Whether every detail of a checked claim is in what it cites besides earlier investigations."""
        held = [each for each in claim.citations if not self._texts[each.evidence_id].evidence.is_memory]
        of_now = CitedText([self._texts[name] for name in dict.fromkeys(each.evidence_id for each in held)])
        return next(unshown(statement, claim, of_now, self.passages(held), _where(held)), None) is None

    def evidence(self, evidence_id: str) -> Evidence | None:
        """One piece of evidence."""
        text = self._texts.get(evidence_id)
        return text.evidence if text else None

    def cited(self, claim: C, statement: str, path: str) -> C:
        """Check a claim that must cite something."""
        if not claim.citations:
            self.problems.append(f"{path}: cite at least one evidence id with a verbatim quote")
            return replace(claim, verified=False)
        return self.claimed(claim, statement, path)

    def claimed(self, claim: C, statement: str, path: str) -> C:
        """Check a claim that may go without citations; what it states must be in the evidence then too.

        Args:
            statement: everything the claim says, in one text.
        """
        known = len(self.problems)
        held = self.citations(claim.citations, f"{path}.citations")
        if statement and (held or not claim.citations):
            self.problems.extend(f"{path}: {problem}" for problem in self._unsupported(claim, statement, held))
        return replace(claim, citations=held, verified=claim.verified and len(self.problems) == known)

    def _unsupported(self, claim: Claimed, statement: str, held: Sequence[Citation]) -> Iterator[str]:
        """What a statement says and its evidence does not, or what its quotes say otherwise."""
        texts = [self._texts[name] for name in dict.fromkeys(each.evidence_id for each in held)]
        usable = _about(statement, texts)
        if texts and not usable:
            yield ONLY_EARLIER
            return
        known = self.everything_about(statement)
        cited = CitedText(usable) if claim.citations else known
        passages = self.passages(held)
        yield from unshown(statement, claim, cited, passages, _where(held), known)
        yield from contradicted(statement, passages)

    def passages(self, held: Sequence[Citation]) -> Passages:
        """What citations that hold quote."""
        of_alarm = [text.moments for text in self._texts.values() if text.evidence.is_of_alarm]
        return Passages.of(
            [(self._texts[each.evidence_id].evidence, each) for each in held], frozenset().union(*of_alarm)
        )

    def citations(self, citations: Sequence[Citation], path: str) -> tuple[Citation, ...]:
        """Those that hold."""
        return tuple(each for index, each in enumerate(citations) if self._holds(each, f"{path}[{index}]"))

    def _holds(self, citation: Citation, path: str) -> bool:
        problem = self._problem_with(citation)
        if problem:
            self.problems.append(f"{path}: {problem}")
        return problem is None

    def _problem_with(self, citation: Citation) -> str | None:
        text = self._texts.get(citation.evidence_id)
        if text is None:
            known = ", ".join(self._texts) or "none"
            return f"there is no evidence {citation.evidence_id}; there are {known}"
        quote = normalised(citation.quote)
        if len(quote) < MIN_QUOTE_CHARACTERS or not any(character.isalnum() for character in quote):
            return "the quote is too short to show anything"
        if not text.quotes(quote):
            return f"the quote does not occur in {citation.evidence_id}: {quote[:MAX_SHOWN]!r}"
        if quote in text.code:
            return f"the quote stands in the code of {citation.evidence_id} already; quote what came back"
        return None


def _about(statement: str, texts: Iterable[EvidenceText]) -> list[EvidenceText]:
    """What was found earlier shows nothing about now: it counts for statements that speak of it as earlier."""
    of_earlier = speaks_of_earlier(statement)
    return [text for text in texts if of_earlier or not text.evidence.is_memory]


def _denies(statement: str, name: str) -> bool:
    """Whether a claim says that there is nothing of what it names."""
    before = statement[: statement.find(name)] if name in statement else ""
    return bool(_DENIAL.search(before))


def _where(held: Sequence[Citation]) -> str:
    return ", ".join(dict.fromkeys(each.evidence_id for each in held)) or "the evidence"


def unshown(
    statement: str,
    claim: Claimed,
    cited: CitedText,
    passages: Passages,
    where: str = "the evidence",
    known: CitedText | None = None,
) -> Iterator[str]:
    """What a statement says and its evidence does not, in words for whoever wrote it.

    Args:
        known: all evidence: what shows nothing of a thing need not name it, and any of it may name a customer.
    """
    stated = stated_in(statement)
    yield from _unshown_names(stated, cited, where, known)
    for time in stated.times:
        if not cited.shows_time(time):
            yield f"the time {time.text} is not in {where}"
    yield from unshown_numbers(statement, stated, claim.derivations, cited, passages, where)


def _unshown_names(stated: Stated, cited: CitedText, where: str, known: CitedText | None) -> Iterator[str]:
    for name in stated.names:
        denied = known and _denies(stated.text, name) and known.shows_name(name)
        if not cited.shows_name(name) and not denied:
            yield f"{name[:MAX_SHOWN]!r} does not occur in {where}; cite the evidence that names it"
    for name in stated.proper_names:
        if not (known or cited).shows_words(name):
            yield f"{name!r} is nowhere in the evidence: leave it out, or look for what shows it"
    for words in stated.words:
        if not cited.shows_words(words):
            yield f"{words[:MAX_SHOWN]!r} does not occur in {where}"
