"""Everything that can happen to a claim, as commands that any ClaimStore takes, for tests at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.builders import FIRED_AT, a_signal
from triage.domain.claim import Claim, ClaimState, Leader
from triage.domain.errors import ClaimLost
from triage.domain.fingerprint import fingerprint
from triage.domain.signal import Signal
from triage.ports import ClaimStore, Groups

LEASE_S = 60.0
WINDOW_S = 3600.0
GROUP_WINDOW_S = 600.0
STEPS_S = (0.0, 0.5, 29.0, 60.0, 61.0, 599.0, 3600.0)
"""Around what the clock is compared with: the lease, the time for telling, the group and the window."""

LOST = "claim lost"


@dataclass
class World:
    """One store, the signals around it, and every claim that was ever won from it.

    Args:
        name: makes the fingerprints differ from those of other worlds over the same table.
    """

    store: ClaimStore
    groups: Groups
    name: str
    now: datetime = FIRED_AT + timedelta(seconds=5)
    ids: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    owners: list[Claim] = field(default_factory=list)

    def signal(self, alarm: int, transition: int) -> Signal:
        """One of two alarms on one resource, at one of its transitions."""
        return a_signal(
            name=f"{self.name}-{alarm}",
            region=f"{self.name}",
            occurred_at=FIRED_AT + timedelta(minutes=7 * transition),
        )

    def apply(self, command: Command) -> Any:
        """What the store answers, in a form that can be compared."""
        try:
            return _ACTIONS[command.name](self, command)
        except ClaimLost:
            return LOST

    def claim_of(self, alarm: int) -> Claim | None:
        """The claim of one alarm as it is."""
        return self.store.find(fingerprint(self.signal(alarm, 0)))

    def claims(self) -> list[Claim | None]:
        """Both claims as they are."""
        return [self.claim_of(alarm) for alarm in (0, 1)]


@dataclass(frozen=True)
class Command:
    """A name and small numbers that choose among what there is."""

    name: str
    alarm: int = 0
    transition: int = 0
    which: int = 0
    seconds: float = 0.0


def _key(world: World, command: Command) -> str:
    return fingerprint(world.signal(command.alarm, 0))


def _id(world: World, command: Command) -> str:
    """A recent id of this alarm, or one that nothing has."""
    ids = world.ids[command.alarm]
    return ids[-1 - command.which % len(ids)] if ids else "inv-none"


def _at(world: World, command: Command) -> datetime:
    return world.signal(command.alarm, command.transition).occurred_at


def _owner(world: World, command: Command) -> Claim | None:
    """A recent owner; with few of them, the latest."""
    return world.owners[-1 - command.which % len(world.owners)] if world.owners else None


def _advance(world: World, command: Command) -> None:
    world.now += timedelta(seconds=command.seconds)


def _claim(world: World, command: Command) -> Any:
    fresh = f"inv-{command.alarm}-{len(world.ids[command.alarm])}"
    answer = world.store.claim(world.signal(command.alarm, command.transition), fresh, world.now)
    if answer.claim.investigation_id == fresh:
        world.ids[command.alarm].append(fresh)
    return answer


def _start(world: World, command: Command) -> Any:
    outcome, claim = world.store.start(
        _key(world, command), _id(world, command), f"message-{command.transition % 2}", world.now, LEASE_S
    )
    if outcome.value == "started" and claim is not None:
        world.owners.append(claim)
    return outcome, claim


def _of_owner(act: Callable[[World, Claim], Any]) -> Callable[[World, Command], Any]:
    def action(world: World, command: Command) -> Any:
        owner = _owner(world, command)
        return act(world, owner) if owner else None

    return action


def _until(world: World) -> datetime:
    return world.now + timedelta(seconds=LEASE_S / 2)


_ACTIONS: dict[str, Callable[[World, Command], Any]] = {
    "advance": _advance,
    "claim": _claim,
    "start": _start,
    "mark_sent": lambda w, c: w.store.mark_sent(_key(w, c), _id(w, c)),
    "choose_digest": lambda w, c: w.store.choose_digest(_key(w, c), _id(w, c), f"digest-{c.transition % 2}"),
    "join_digest": lambda w, c: w.store.join_digest(_key(w, c), _id(w, c), w.now),
    "count_refire": lambda w, c: w.store.count_refire(_key(w, c), _id(w, c), _at(w, c), _until(w)),
    "resume_refire": lambda w, c: w.store.resume_refire(_key(w, c), _id(w, c), _at(w, c), w.now, _until(w)),
    "mark_refire_told": lambda w, c: w.store.mark_refire_told(_key(w, c), _id(w, c), _at(w, c)),
    "release_refire": lambda w, c: w.store.release_refire(_key(w, c), _id(w, c), _at(w, c)),
    "rearm": lambda w, c: w.store.rearm(_key(w, c), _at(w, c), w.now),
    "cover": lambda w, c: w.store.cover(_key(w, c), _id(w, c), "reports/leader/report.md", w.now),
    "renew": _of_owner(lambda w, o: w.store.renew(o, w.now, LEASE_S)),
    "begin_delivery": _of_owner(lambda w, o: w.store.begin_delivery(o, "sns")),
    "end_delivery": _of_owner(
        lambda w, o: w.store.end_delivery(o, "sns", f"reports/{o.attempt}/report.md", {"other"})
    ),
    "finish": _of_owner(lambda w, o: w.store.finish(o, f"reports/{o.attempt}/report.md", w.now)),
    "fail": _of_owner(lambda w, o: w.store.fail(o)),
    "linked": lambda w, c: [
        w.groups.linked(claim.group, _id(w, c)) for claim in w.claims() if claim and claim.group
    ],
    "close": lambda w, c: [
        w.groups.close(claim.group, _id(w, c), c.transition % 2) for claim in w.claims() if claim and claim.group
    ],
}

# Each is as frequent as it is listed: what makes things happen comes up more often than what only notes them.
_OPENING = ("advance", "advance", "claim")
_BY_ID = (
    *("start",) * 6,
    *("count_refire", "rearm", "mark_sent", "choose_digest", "join_digest") * 2,
    *("resume_refire", "mark_refire_told", "release_refire", "cover", "linked", "close"),
)
_BY_OWNER = (*("fail", "renew", "begin_delivery", "end_delivery", "begin_delivery") * 2, "finish")


def _commands(names: tuple[str, ...]) -> st.SearchStrategy[Command]:
    return st.builds(
        Command,
        name=st.sampled_from(names),
        alarm=st.sampled_from((0, 0, 0, 1)),
        transition=st.integers(0, 3),
        which=st.sampled_from((0, 0, 0, 1)),
        seconds=st.sampled_from(STEPS_S),
    )


OPENING, BY_ID, BY_OWNER = _commands(_OPENING), _commands(_BY_ID), _commands(_BY_OWNER)
"""Commands that are always possible, that need an investigation, and that need one that was started."""

COMMANDS = st.one_of(OPENING, BY_ID, BY_OWNER)

EVERY_COMMAND = tuple(name for name in _ACTIONS if name not in ("advance", "linked", "close"))
"""What changes a claim."""

INV = ("inv-0", "inv-1")


def _or_none(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(strategy, strategy, st.none())


@dataclass(frozen=True)
class Moment:
    """Any claim, at a time around which its own times lie, and one command.

    Attributes:
        owner: investigation and attempt that the command acts for, where it acts for one.
    """

    claim: Claim
    owner: Claim
    now: datetime
    command: Command

    def world(self, store: ClaimStore, groups: Groups, name: str) -> World:
        """A world that has come to this moment."""
        return World(store, groups, name, self.now, ([*INV], [*INV]), [self.owner])


# What a command is meant for; an owner's commands are meant for what is running.
_LIKELY: dict[str, tuple[ClaimState, ...]] = {
    "claim": (ClaimState.DONE,),
    "start": (),
    "rearm": (),
    **dict.fromkeys(("choose_digest", "join_digest", "cover"), (ClaimState.QUEUED,)),
    **dict.fromkeys(("mark_sent", "count_refire", "resume_refire", "mark_refire_told", "release_refire"), ()),
}


@st.composite
def moments(draw: st.DrawFn, name: str, command: str) -> Moment:
    """Claims of every kind, also of kinds that no known sequence of commands leads to.

    What a command looks at is likely to be what it looks for, so that the conditions behind that are reached.

    Args:
        name: of the world.
        command: what is tried on them.
    """
    now = FIRED_AT + timedelta(hours=1)
    around = st.sampled_from([now + timedelta(seconds=seconds) for seconds in (-1, 0, 1)])
    transitions = st.sampled_from([FIRED_AT + timedelta(minutes=7 * number) for number in (0, 1)])
    ids = st.sampled_from((*(INV[1],) * 5, INV[0]))
    claim = Claim(
        fingerprint=fingerprint(a_signal(name=f"{name}-0", region=name)),
        investigation_id=draw(ids),
        state=draw(st.sampled_from((*ClaimState, *_LIKELY.get(command, (ClaimState.RUNNING,)) * 4))),
        transition_at=draw(transitions),
        window_until=draw(around),
        sent=draw(st.booleans()),
        attempt=draw(st.sampled_from((1, 2, 2))),
        lease_until=draw(_or_none(around)),
        message_id=draw(_or_none(st.sampled_from(["message-0", "message-1"]))),
        started_at=draw(_or_none(around)),
        delivered=draw(st.sampled_from([frozenset(), frozenset({"sns"}), frozenset({"slack"})])),
        report_key=draw(_or_none(st.just("reports/x/report.md"))),
        refires=draw(st.integers(0, 2)),
        refired_at=draw(_or_none(transitions)),
        refire_told_at=draw(_or_none(transitions)),
        telling_until=draw(_or_none(around)),
        leader=draw(_or_none(st.just(Leader("fp", "inv-leader")))),
        digest=draw(st.sampled_from([None, "digest-0", "digest-1"])),
    )
    owner = replace(claim, attempt=draw(st.sampled_from((1, 2, 2))), investigation_id=draw(ids))
    return Moment(claim, owner, now, Command(command, transition=draw(st.sampled_from((0, 0, 1, 1, 2)))))
