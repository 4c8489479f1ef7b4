"""Safeguards of the orchestrator, each with the edit that takes it away and the test that must notice.

An edit is a text that occurs exactly once in its file, and what stands there instead. It keeps the request valid,
so that a test notices the missing safeguard and not a refused request.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class UnboundMutation(Exception):
    """The text of a mutation is not, or not once, in the file it is about."""


@dataclass(frozen=True)
class Mutation:
    """One safeguard taken away.

    Attributes:
        name: what is missing.
        file: below lambda/.
        old: the safeguard as it stands in the source.
        new: what stands there without it.
        test: node id of a fast test that must fail.
    """

    name: str
    file: str
    old: str
    new: str
    test: str

    def apply(self, source_root: Path) -> None:
        """Edit a copy of lambda/.

        Raises:
            UnboundMutation: the source has changed; the mutation has to follow it, or go when its safeguard went.
        """
        path = source_root / self.file
        text = path.read_text(encoding="utf-8")
        found = text.count(self.old)
        if found != 1:
            raise UnboundMutation(
                f"{self.name}: its text occurs {found} times in lambda/{self.file}, not once. Write in"
                f" tests/reliability/mutations.py how the safeguard looks now:\n{self.old}"
            )
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


CLAIMS = "tests/contract/aws/test_claims.py"
DIGESTS = "tests/contract/aws/test_digests.py"
SPEND = "tests/contract/aws/test_spend.py"
HEARTBEAT = "tests/unit/app/test_heartbeat.py"
INVESTIGATE = "tests/unit/app/test_investigate.py"
TRIAGE = "tests/unit/app/test_triage_signal.py"

MUTATIONS = (
    Mutation(
        "the condition of the claim",
        "triage/aws/claim_transaction.py",
        """            "ConditionExpression": _FREE_CLAIM,
            "ExpressionAttributeValues": to_item({":now": self.now, ":transition": claim.transition_at}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
""",
        "",
        f"{CLAIMS}::test_the_first_signal_wins_and_the_second_learns_who_holds_it[dynamodb]",
    ),
    Mutation(
        "the fencing of the owner's writes",
        "triage/aws/claims.py",
        "attempt = :attempt",
        "attempt >= :attempt",
        f"{CLAIMS}::test_a_lease_that_is_past_is_taken_over_and_the_old_owner_can_write_nothing[dynamodb]",
    ),
    Mutation(
        "the ledger of deliveries",
        "triage/aws/claims.py",
        " AND NOT contains(delivered, :channel)",
        "",
        f"{CLAIMS}::test_what_was_delivered_is_known_to_a_later_attempt_and_not_delivered_again[dynamodb]",
    ),
    Mutation(
        "the renewal of the lease by the heartbeat",
        "triage/app/heartbeat.py",
        "            self._claims.renew(self._claim, self._clock.now(), self._timing.lease_s)\n",
        "",
        f"{HEARTBEAT}::test_a_beat_renews_lease_and_visibility",
    ),
    Mutation(
        "the renewal of the lease in the Tracker",
        "triage/aws/claims.py",
        '"SET lease_until = :lease", {',
        '"SET lease_until = if_not_exists(lease_until, :lease)", {',
        f"{CLAIMS}::test_a_renewed_lease_is_not_taken_over[dynamodb]",
    ),
    Mutation(
        "respect for a live lease",
        "triage/aws/claims.py",
        "#state = :running AND lease_until <= :now",
        "#state = :running AND lease_until <> :now",
        f"{CLAIMS}::test_only_one_investigator_wins[dynamodb]",
    ),
    Mutation(
        "sending before marking as sent",
        "triage/app/triage_signal.py",
        "        self.queue.send(item, self.timing.watch_s if item.leader else 0.0)\n",
        """        self.claims.mark_sent(item.fingerprint, item.investigation_id)
        self.queue.send(item, self.timing.watch_s if item.leader else 0.0)
""",
        f"{TRIAGE}::test_a_queue_that_fails_makes_lambda_retry_and_the_retry_sends",
    ),
    Mutation(
        "sending again what was claimed and never sent",
        "triage/domain/claim.py",
        "    if existing.state is ClaimState.QUEUED and not existing.sent:\n",
        "    if existing is None:\n",
        f"{TRIAGE}::test_a_queue_that_fails_makes_lambda_retry_and_the_retry_sends",
    ),
    Mutation(
        "the memory of the transition",
        "triage/domain/claim.py",
        "    if existing.transition_at == signal.occurred_at:\n",
        "    if existing is None:\n",
        f"{TRIAGE}::test_a_redelivery_of_the_same_transition_is_dropped",
    ),
    Mutation(
        "keeping a message while another attempt is at work",
        "triage/app/acquire_claim.py",
        "self.queue.send(replace(item, stands_for=message_id), ",
        "float(",
        f"{INVESTIGATE}::"
        "test_a_message_that_meets_a_live_lease_waits_as_a_new_one_because_waiting_is_no_failed_receive",
    ),
    Mutation(
        "the last look at the lease before a delivery",
        "triage/app/investigate.py",
        "        heartbeat.check()\n",
        "",
        f"{INVESTIGATE}::test_a_lease_that_runs_out_behind_the_last_turn_sends_nothing",
    ),
    Mutation(
        "giving the claim back after a failure",
        "triage/app/investigate.py",
        "            self.claims.fail(claim)\n",
        "            pass\n",
        f"{INVESTIGATE}::test_a_topic_that_is_down_fails_the_run_and_the_retry_delivers_once",
    ),
    Mutation(
        "the report without a Tracker",
        "triage/app/investigate.py",
        "message.receive_count < MAX_RECEIVES",
        "message.receive_count <= MAX_RECEIVES",
        f"{INVESTIGATE}::"
        "test_a_tracker_that_is_still_down_at_the_last_receive_costs_the_analysis_and_not_the_alarm",
    ),
    Mutation(
        "not repeating a delivery that could not be noted",
        "triage/app/deliver_once.py",
        "            if is_noted:\n",
        "            if error:\n",
        f"{INVESTIGATE}::test_a_mail_that_the_tracker_does_not_note_is_not_sent_again",
    ),
    Mutation(
        "the limit of an hour",
        "triage/aws/spend.py",
        "attribute_not_exists(started) OR started < :limit",
        "attribute_not_exists(started) OR started < :limit OR started >= :limit",
        f"{SPEND}::test_no_more_start_in_an_hour_than_the_limit_says[dynamodb]",
    ),
    Mutation(
        "the budget of a day",
        "triage/aws/spend.py",
        "micro_usd <= :room_usd AND tokens <= :room_tokens",
        "micro_usd <= :room_usd OR tokens >= :room_tokens",
        f"{SPEND}::test_the_budget_of_a_day_bounds_what_is_set_aside[dynamodb]",
    ),
    Mutation(
        "giving a reservation back once",
        "triage/aws/spend.py",
        '"contains(ids, :id)", values)',
        '"contains(ids, :id) OR NOT contains(ids, :id)", values)',
        f"{SPEND}::test_settling_twice_gives_back_once[dynamodb]",
    ),
    Mutation(
        "telling a transition in a digest once",
        "triage/aws/digests.py",
        "NOT contains(transitions, :transition)",
        "NOT contains(transitions, :transition) OR contains(transitions, :transition)",
        f"{DIGESTS}::test_a_transition_that_a_closed_digest_holds_is_not_told_again[dynamodb]",
    ),
    Mutation(
        "the end of a digest",
        "triage/aws/digests.py",
        '"ConditionExpression": "attribute_not_exists(closed)"',
        '"ConditionExpression": "attribute_not_exists(closed) OR attribute_exists(closed)"',
        f"{DIGESTS}::test_a_closed_digest_takes_no_more_and_keeps_what_it_has[dynamodb]",
    ),
)
