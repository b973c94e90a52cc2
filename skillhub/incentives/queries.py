"""Policies found, and their answers for people on a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from skillhub.awards.models import Award
from skillhub.competitions.models import Event
from skillhub.eligibility import queries as eligibility
from skillhub.eligibility.rules import Answer, Proof, Verdict
from skillhub.incentives import rules
from skillhub.incentives.models import Policy, PolicyVersion
from skillhub.incentives.rules import BenefitKind, Outcome
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.canonical import MOST_TEXT, read_toml, stored_form
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.people.models import Employment, Person, PersonStatus

READERS = (Role.INCENTIVE_REVIEWER, Role.ORGANISER, Role.AUDITOR)
ORDER = (Answer.MET, Answer.WAITING, Answer.NOT_MET)
COMBINED = ("all", "any", "at_least")
BENEFITS: dict[str, str] = {
    BenefitKind.MONEY: N_("money"),
    BenefitKind.PRIORITY: N_("priority"),
    BenefitKind.RECOMMENDATION: N_("a recommendation"),
    BenefitKind.PLACE: N_("a place"),
    BenefitKind.HONOUR: N_("an honour"),
}
_READ: dict[str, tuple[dict[str, Any], rules.Policy]] = {}  # a wording is added and never edited


def names_for(language: str = "en", translate: Callable[[str], str] = str) -> dict[str, str]:
    """Give the reader's word for every code in the sentences of policies; pages say `names_for(locale, tr)`."""
    return eligibility.names_for(language, translate, BENEFITS)


def read(version: PolicyVersion) -> rules.Policy:
    """Read the wording of one version, once; its end is the one that the row knows."""
    wording, policy = _READ.get(version.sha256, (None, None))
    if policy is None or wording != version.document:
        policy = rules.read(version.document)
        _READ[version.sha256] = (version.document, policy)
    return _ending(policy, version.effective_to)


def versions_of(policy: Policy) -> list[rules.Policy]:
    """Read the versions of a policy, the oldest first."""
    return [read(version) for version in policy.versions]


def outcomes_of(
    person_id: int, on: date, names: Mapping[str, str] | None = None
) -> list[tuple[Policy, Outcome]]:
    """Answer for one person by every policy that reaches them, on a day; the nearest to met comes first."""
    record = eligibility.record_of(person_id, names_for() if names is None else names)
    answers = [
        (policy, rules.evaluate(versions_of(policy), record, on))
        for policy in reaching(person_id, on)
    ]
    return sorted(answers, key=lambda pair: (nearness(pair[1].verdict), pair[0].code))


def reaching(person_id: int, on: date) -> list[Policy]:
    """List the policies of the top of the tree, and of those over whoever employs the person that day, or did last."""
    jobs = db.session.execute(
        select(Organisation.path, people.covers(on).label("now"))
        .join(Employment, Employment.organisation_id == Organisation.id)
        .where(Employment.person_id == person_id, Employment.since <= on)
        .order_by(Employment.since.desc())
    ).all()
    present = [path for path, now in jobs if now] or [path for path, _ in jobs[:1]]
    return [
        policy
        for policy in _policies()
        if policy.owner.parent_id is None or any(p.startswith(policy.owner.path) for p in present)
    ]


def subjects(policy: Policy, actor: Actor, on: date) -> Select[Person]:
    """Select whom a policy reaches on a day, as far as somebody may see them."""
    return _reached(policy, on).where(people.visible_to(actor))


def met_by(person_ids: Sequence[int], on: date) -> dict[int, list[str]]:
    """Name, for each of some people, the policies that reach them and are met on a day."""
    found: dict[int, list[str]] = {key: [] for key in person_ids}
    spoken = names_for()
    for policy in _policies() if person_ids else ():
        chosen = _reached(policy, on).where(Person.id.in_(person_ids)).with_only_columns(Person.id)
        reached = list(db.session.scalars(chosen))
        for key, outcome in population(policy, on, reached, spoken).items():
            if outcome.verdict.answer is Answer.MET and outcome.policy is not None:
                title = outcome.policy.title
                found[key].append(" · ".join(dict.fromkeys((title.zh, title.en))))
    return found


def _reached(policy: Policy, on: date) -> Select[Person]:
    """Select whom a policy reaches on a day: everybody for one of the top, else who is employed below its owner."""
    living = Person.status.in_([PersonStatus.ACTIVE, PersonStatus.RETIRED])
    wanted = select(Person).where(living).order_by(Person.id)
    if policy.owner.parent_id is None:
        return wanted
    employed = (
        select(Employment.person_id)
        .join(Organisation, Employment.organisation_id == Organisation.id)
        .where(organisations.below([policy.owner.path]), people.covers(on))
    )
    return wanted.where(Person.id.in_(employed))


def population(
    policy: Policy, on: date, person_ids: Sequence[int], names: Mapping[str, str] | None = None
) -> dict[int, Outcome]:
    """Answer by one policy for many people on a day; see `subjects` for whom it reaches."""
    versions = versions_of(policy)
    records = eligibility.records_of(person_ids, names_for() if names is None else names)
    return {person: rules.evaluate(versions, record, on) for person, record in records.items()}


def progress(verdict: Verdict) -> tuple[int, int]:
    """Say how many of the parts are met and how many are needed: "2 of 3 met"."""
    if verdict.code in COMBINED and verdict.need is not None:
        return min(verdict.have or 0, verdict.need), verdict.need
    return int(verdict.answer is Answer.MET), 1


def nearness(verdict: Verdict) -> tuple[int, int]:
    """Give a sort key: met first, then waiting, then not met; of these the nearer first."""
    return ORDER.index(verdict.answer), -progress(verdict)[0]


def missing(verdict: Verdict) -> list[Verdict]:
    """List the conditions that keep a verdict from being met, the decisive ones first."""
    if verdict.answer is Answer.MET:
        return []
    if verdict.code not in COMBINED:
        return [verdict]
    short = [leaf for child in verdict.children for leaf in missing(child)]
    return sorted(short, key=lambda leaf: leaf.answer is not verdict.answer)


def proofs_of(verdict: Verdict) -> list[Proof]:
    """List the rows that the conditions of a verdict rest on."""
    inner = [proof for child in verdict.children for proof in proofs_of(child)]
    return list(dict.fromkeys([*verdict.proof, *inner]))


def events_of(award_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Give for each award its competition and its event."""
    rows = db.session.execute(
        select(Award.id, Event.competition_id, Event.id)
        .join(Event, Award.event_id == Event.id)
        .where(Award.id.in_(award_ids))
    )
    return {award: (competition, event) for award, competition, event in rows}


def visible_to(actor: Actor) -> list[Policy]:
    """List the policies of the organisations over or below which somebody reads, by code."""
    paths = actor.paths(READERS)
    return [p for p in _policies() if any(_related(p.owner.path, path) for path in paths)]


def seen_by(actor: Actor, policy_id: int) -> Policy:
    """Find a policy that somebody may read; raises NotFound."""
    for policy in visible_to(actor):
        if policy.id == policy_id:
            return policy
    raise NotFound()


def named(code: str) -> Policy:
    """Find a policy by its code; raises NotFound, naming those that there are."""
    policies = _policies()
    for policy in policies:
        if policy.code == code.strip():
            return policy
    text = N_('There is no policy "%(code)s". There are: %(known)s.')
    known = ", ".join(p.code for p in policies) or "–"
    raise NotFound(say(text, code=code, known=known))


def coded(code: str) -> Policy | None:
    """Find a policy by its code, if there is one."""
    return next((policy for policy in _policies() if policy.code == code), None)


def parsed(text: str) -> dict[str, Any]:
    """Read the text of a TOML or JSON file as a document; raises BadInput with the line of the mistake."""
    try:
        if len(text) > MOST_TEXT:
            raise ValueError(f"{len(text)} characters")
        document = json.loads(text) if text.lstrip().startswith("{") else read_toml(text)
    except (ValueError, RecursionError) as wrong:
        message = say(N_("This is neither TOML nor JSON: %(wrong)s."), wrong=str(wrong))
        raise BadInput(message, [Problem("text", message)]) from None
    return dict(document)


def as_stored(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a document that was read well as it is kept and hashed."""
    plain: dict[str, Any] = stored_form(document, [])
    return plain


def ended_by(policy: Policy, read: rules.Policy) -> list[PolicyVersion]:
    """List the version without end that a later version would end."""
    since = read.effective.since
    return [v for v in policy.versions if v.effective_to is None and v.effective_from < since]


def clashes(policy: Policy | None, read: rules.Policy) -> list[Problem]:
    """Find what keeps a new version from standing beside those of a policy."""
    if policy is None:
        return []
    ended = ended_by(policy, read)
    last = read.effective.since - timedelta(days=1)
    standing = [
        _ending(one, last) if version in ended else one
        for version, one in zip(policy.versions, versions_of(policy), strict=True)
    ]
    return rules.clashes([*standing, read])


def objections(owner: Organisation, read: rules.Policy, on: date) -> list[Problem]:
    """Find what keeps a policy from being adopted (errors), and what to know before (notices)."""
    policy = coded(read.code)
    found = [*rules.failures(read), *clashes(policy, read)]
    if policy is not None and policy.owner_id != owner.id:
        text = N_("%(owner)s has a policy of this code. Choose another code.")
        found.append(Problem("policy", say(text, owner=policy.owner.name)))
    for version in ended_by(policy, read) if policy else []:
        text = N_("The version from %(first)s will end on %(last)s, when this one begins.")
        last = read.effective.since - timedelta(days=1)
        message = say(text, first=version.effective_from, last=last)
        found.append(Problem("effective", message, "notice"))
    if read.effective.since < on:
        text = N_("It begins before today, so answers for days since %(first)s change.")
        found.append(Problem("effective", say(text, first=read.effective.since), "notice"))
    return found


def tried(read: rules.Policy) -> list[tuple[rules.Case, Verdict]]:
    """Try a policy on its own cases, each with what comes out."""
    return [(case, rules.evaluate([read], case.has, case.as_of).verdict) for case in read.cases]


def owners_for(actor: Actor) -> list[Organisation]:
    """List the organisations for which somebody may adopt a policy, in tree order."""
    return organisations.visible_to(actor, Role.INCENTIVE_REVIEWER)


def _policies() -> list[Policy]:
    return list(
        db.session.scalars(
            select(Policy)
            .options(joinedload(Policy.owner), joinedload(Policy.versions))
            .order_by(Policy.code)
        ).unique()
    )


def _ending(policy: rules.Policy, until: date | None) -> rules.Policy:
    return replace(policy, effective=replace(policy.effective, until=until))


def _related(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
