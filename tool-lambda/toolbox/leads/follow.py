"""Follows leads: what the plan's answers name is asked in two rounds, and the changes of all of it last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.changes.before_onset import changes_before
from toolbox.leads import asking, identifiers, sources, troubles
from toolbox.leads.asking import groups_of, memory_step, network_step, permission_step, steps_for
from toolbox.leads.lead import Lead, ranked
from toolbox.plan import Step, names_to_look_up
from toolbox.resources.base import Resource, name_of
from toolbox.surroundings import links as linking
from toolbox.surroundings.links.base import Links

if TYPE_CHECKING:
    from toolbox.plan import Done

#: Leads followed in each round.
_MOST = {1: 4, 2: 3}
_MOST_VAGUE = 3
_MOST_REFUSALS = 2
_MOST_HOLDERS = 2
_MOST_STORES = 2
_MOST_NETWORKS = 2
_MOST_ADDRESSES = 8
#: Steps of recipes that read one log group.
_READ_BY_RECIPES = ("firewall_log", "slow_commands")
#: Kinds whose subnets are known.
_IN_NETWORKS = frozenset({"lambda", "ecs", "rds", "ec2"})
ROUNDS = 2


class Followed:
    """What was followed so far in one look."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._leads: list[Lead] = []
        self._asked: set[str] = set()
        self._groups: set[str] = set()

    def steps(self, done: Done, hop: int) -> list[Step]:
        """The questions of one round: the most promising leads of all answers so far that nobody followed yet."""
        # Without the neighbourhood the links may still be being read: nobody waits for them here.
        links = linking.of_account(Asked()) if "neighbourhood" in done else Links()
        self._groups |= _groups_read(done)
        covered = {lead.about for lead in self._leads if not lead.is_vague} | {*_told_already(done)}
        found = [lead for lead in self._found(done, links, hop) if lead.about not in covered]
        steps: list[Step] = []
        left = _MOST[hop]
        for lead in ranked(found):
            if not left or not self._may_follow(lead):
                continue
            groups = [group for group in groups_of(lead.about, links) if group not in self._groups]
            asked = [step for step in steps_for(lead, groups) if self._is_new(step)]
            if asked:
                left -= 1
                steps += asked
                self._leads.append(lead)
                self._groups |= set(groups)
        return steps + [step for step in self._of_trouble(done, hop) if self._is_new(step)]

    def _may_follow(self, lead: Lead) -> bool:
        """Few of what only might matter."""
        return not lead.is_vague or sum(each.is_vague for each in self._leads) < _MOST_VAGUE

    def closing(self, done: Done) -> list[Step]:
        """The changes once more, of everything the look came by; they take the place of those before."""
        if "changes" not in done:
            return []
        names = names_to_look_up(done)
        followed = {name_of(lead.about.name): lead.why for lead in self._leads if not lead.is_vague}
        onset = looking.current().window.onset
        reasons = identifiers.told_of(done, onset)
        reasons |= dict(sorted(followed.items(), key=lambda each: "object is missing" not in each[1]))
        reasons |= (
            _of_hosts(done)
            | _of_databases(done)
            | _of_stores(done)
            | _of_guards(done)
            | _of_networks(done)
            | _of_owners(done)
            | _of_holders(done)
        )
        further = {name: why for name, why in reasons.items() if name not in names["names"] and len(name) > 3}
        calls = identifiers.calls_of(done, onset)
        if not further and not calls:
            return []
        asked = {**names, "reasons": further, "calls": calls}
        return [Step("changes", "Changes before the onset", changes_before, asked)]

    def _found(self, done: Done, links: Links, hop: int) -> list[Lead]:
        known = links.resources()
        failing = sources.of_failing(done, self._leads, hop)
        found = sources.of_neighbours(done.get("neighbourhood", {}), hop)
        found += [*failing, *sources.of_stores(failing, links)]
        found += sources.of_missing_objects(done, hop) + sources.of_changed_buckets(done, hop)
        found += sources.of_sharing(self._leads, links, hop)
        for section, answer in done.items():
            if section.partition(":")[0] == "logs":
                found += sources.of_errors(section, answer, known, hop)
        return found

    def _of_trouble(self, done: Done, hop: int) -> list[Step]:
        """Questions that certain errors ask for: permissions, and the way to what cannot be reached."""
        steps = troubles.steps_of(done, hop)
        steps += [
            memory_step(lead.about, f"configuration:{name_of(lead.about.name)}", hop)
            for lead in self._leads
            if lead.about.kind == "ecs" and sources.ran_out_of_memory(done, lead.about)
        ]
        steps += asking.parameter_steps(done.get("changes", {}), sorted(self._groups), hop)
        for section, answer in done.items():
            if section.partition(":")[0] != "logs":
                continue
            refusals = sources.refused(answer)[:_MOST_REFUSALS]
            steps += [permission_step(each, section, hop) for each in refusals]
            if sources.speaks_of_network(answer):
                steps += [network_step(each, section, hop) for each in self._writers(section, done)]
        return steps + _of_turned_away(done, hop) + self._of_changed_network(done, hop)

    def _of_changed_network(self, done: Done, hop: int) -> list[Step]:
        """Where a route, a rule or a gateway was changed: whether it lies on the way of what is looked at."""
        call = sources.network_changed(done)
        if call is None:
            return []
        failing = [lead.about for lead in sources.of_failing(done, self._leads, hop)]
        functions = done["configuration"].get("functions") or () if "configuration" in done else ()
        behind = [Resource("lambda", str(each)) for each in functions]
        about = [each for each in (*_told_already(done), *failing, *behind) if each.kind in _IN_NETWORKS]
        why = f"{call} was called: it may lie on its way"
        return [network_step(each, "changes", hop, why) for each in about[:_MOST_NETWORKS]]

    def _writers(self, section: str, done: Done) -> list[Resource]:
        """Who wrote a log section: the lead it was read for, or the alarm's own resource."""
        name = section.partition(":")[2]
        followed = [lead.about for lead in self._leads if name_of(lead.about.name) == name]
        return followed or _told_already(done)

    def _is_new(self, step: Step) -> bool:
        is_new = step.id not in self._asked
        self._asked.add(step.id)
        return is_new


def _groups_read(done: Done) -> set[str]:
    """Log groups whose errors are told already."""
    answers = [answer for section, answer in done.items() if section.partition(":")[0] == "logs"]
    found = {str(each.get("group")) for answer in answers for each in answer.get("groups") or ()}
    return found | {str(done[step]["group"]) for step in _READ_BY_RECIPES if "group" in done.get(step, ())}


def _told_already(done: Done) -> list[Resource]:
    """The alarm's own resource, then the services behind it: the plan has asked about them."""
    found = done.get("configuration")
    about = str((found.get("asked") or {}).get("resource", "")) if found else ""
    kind, _, name = about.partition(" ")
    behind = done["surroundings"].get("services") or () if "surroundings" in done else ()
    own = [linking.canonical(kind, name)] if name else []
    return list(dict.fromkeys([*own, *(Resource("ecs", str(each.get("service"))) for each in behind)]))


def _of_turned_away(done: Done, hop: int) -> list[Step]:
    """Whose addresses are turned away, by all logs that were read."""
    read = [section for section in done if section.partition(":")[0] == "logs"]
    found = {section: addresses for section in read if (addresses := sources.turned_away(done[section]))}
    named = list(dict.fromkeys(address for addresses in found.values() for address in addresses))
    return [asking.owners_step(named[:_MOST_ADDRESSES], next(iter(found)), hop)] if named else []


def _of_holders(done: Done) -> dict[str, str]:
    """Who holds most of the addresses that something else finds missing: what scaled it is a change to tell."""
    answer = done.get("addresses", Answer())
    scarce = next((str(each["subnet"]) for each in answer.get("subnets") or ()), "the subnet")
    return {
        name_of(str(each["holder"]).partition(" ")[2] or str(each["holder"])): (
            f"holds {each['addresses']} addresses of {scarce}"
        )
        for each in (answer.get("holders") or ())[:_MOST_HOLDERS]
    }


def _of_hosts(done: Done) -> dict[str, str]:
    """Instances that balancers hand requests to: what was done to one of them was done to the service."""
    answers = [answer for section, answer in done.items() if section.partition(":")[0] == "configuration"]
    groups = [each for answer in answers for each in answer.get("target_groups") or ()]
    return {str(host): f"target of {each.get('name')}" for each in groups for host in each.get("hosts") or ()}


def _of_databases(done: Done) -> dict[str, str]:
    """Databases whose certificates a client may refuse: a change of one of them is a change of its certificate."""
    found = done["certificates"].get("databases") or () if "certificates" in done else ()
    return {str(each["database"]): "its certificate is checked by clients" for each in found}


def _of_stores(done: Done) -> dict[str, str]:
    """Stores that record of themselves what happened to them: who brought it about may be in the trail."""
    answers = [answer for section, answer in done.items() if section.partition(":")[0] == "events"]
    stores = [each for answer in answers for each in (answer.get("stores") or ())[:_MOST_STORES]]
    return {str(each["name"]): "it tells of events around the onset" for each in stores}


def _of_guards(done: Done) -> dict[str, str]:
    """Security groups of databases and caches that errors named: a change of one decides who may connect."""
    found: dict[str, str] = {}
    for section, answer in done.items():
        kind, _, name = section.partition(":")
        groups = answer.get("security_groups") or () if kind == "configuration" and name else ()
        found |= {str(each): f"security group of {name}" for each in groups if str(each).startswith("sg-")}
    return found


def _of_networks(done: Done) -> dict[str, str]:
    """Ids on the way of what was followed: a change of one of them is a change of the way."""
    found: dict[str, str] = {}
    for section, answer in done.items():
        if section.partition(":")[0] != "network":
            continue
        whose = f"on the way out of {section.partition(':')[2]}"
        found |= {str(each["table"]): f"route table {whose}" for each in answer.get("routes") or ()}
        found |= {str(each["group"]): f"security group {whose}" for each in answer.get("security_groups") or ()}
        found |= {str(each): f"subnet {whose}" for each in answer.get("subnets") or ()}
        limited = answer.get("limited_endpoints") or ()
        found |= {str(each["endpoint"]): f"endpoint of {each.get('service')} {whose}" for each in limited}
    return found


def _of_owners(done: Done) -> dict[str, str]:
    """What has the addresses that others turn away: since when something leaves through it is a change to tell."""
    owners = done["owners"].get("owners") or () if "owners" in done else ()
    return {str(each["owner"]): f"has the address {each['address']}" for each in owners}
