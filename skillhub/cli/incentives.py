"""Commands about policies and for whom they are met."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from skillhub.cli.doors import AS, FORMAT, acting, in_app, show
from skillhub.cli.standing import ON, day_asked, person_named
from skillhub.eligibility.conditions import parts
from skillhub.eligibility.rules import Requirement, Verdict
from skillhub.incentives import queries, rules, services
from skillhub.incentives.models import Policy
from skillhub.incentives.queries import COMBINED
from skillhub.incentives.rules import Outcome
from skillhub.kernel.access import OPERATOR, Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, NotAllowed
from skillhub.kernel.messages import N_, say
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person


@click.command()
@click.argument("policy")
@ON
@click.option("--person", metavar="PERSON", help="Only this worker number or id.")
@FORMAT
@in_app
def eligibility(policy: str, day: datetime | None, person: str | None, form: str) -> None:
    """Print for whom a policy is met, not met or waiting on a day, with the answer to each condition."""
    row, on = queries.named(policy), day_asked(day)
    chosen = (
        [person_named(person)]
        if person
        else db.session.scalars(queries.subjects(row, OPERATOR, on))
    )
    known = {one.id: one for one in chosen}
    outcomes = queries.population(row, on, list(known))
    lines = [_line(row, known[key], outcome, form == "json") for key, outcome in outcomes.items()]
    columns = ("policy", "version", "person", "name", "answer", "because")
    show(lines, (*columns, *_labels(queries.versions_of(row))), form)


@click.group()
def policy() -> None:
    """Policies: documents with versions by date."""


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--owner", metavar="CODE", help="The organisation whose policy it is.")
@AS
@in_app
def adopt(file: Path, owner: str | None, login: str) -> None:
    """Take a policy (TOML or JSON) into force, if its own cases come out as it says."""
    try:
        document = queries.parsed(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput(say(N_("The file has to be UTF-8."))) from None
    actor = acting(login)
    version = services.adopt(_owner(document, owner, actor), document, actor, now())
    read = queries.read(version)
    click.echo(
        f"{read.code}: in force from {version.effective_from}, {len(read.cases)} cases as expected"
    )


@policy.command("list")
@FORMAT
@in_app
def list_(form: str) -> None:
    """List the policies with their versions."""
    lines = []
    for row in queries.visible_to(OPERATOR):
        for version in row.versions:
            read = queries.read(version)
            lines.append(
                {
                    "policy": row.code,
                    "title": read.title.en,
                    "owner": row.owner.code,
                    "from": version.effective_from,
                    "to": version.effective_to,
                    "adopted_by": version.adopted_by,
                    "sha256": version.sha256,
                }
            )
    show(lines, ("policy", "title", "owner", "from", "to", "adopted_by", "sha256"), form)


def _owner(document: dict[str, Any], code: str | None, actor: Actor) -> Organisation:
    """Choose whose policy it is: as told, as before, or the one organisation that the actor looks after."""
    known = queries.coded(str(document.get("policy", "")))
    allowed = queries.owners_for(actor)
    if code or known:
        owner = organisations.find(code) if code else known.owner if known else None
    else:
        tops = [o for o in allowed if not any(_over(other, o) for other in allowed)]
        owner = tops[0] if len(tops) == 1 else None
        if owner is None and tops:
            raise BadInput(say(N_("Say whose policy it is: --owner CODE.")))
    if owner not in allowed:
        raise NotAllowed(say(N_("%(login)s may not adopt a policy here."), login=actor.login))
    return owner


def _over(one: Organisation, other: Organisation) -> bool:
    return one is not other and other.path.startswith(one.path)


def _line(row: Policy, person: Person, outcome: Outcome, whole: bool) -> dict[str, Any]:
    """Give one person's answer as a line; every condition in a column of its own."""
    verdict = outcome.verdict
    steps = [s for s in queries.missing(verdict) if s.answer is verdict.answer]
    because = " ".join(str(step.because) for step in steps) or str(verdict.because)
    line = {
        "policy": row.code,
        "version": outcome.policy.effective.since if outcome.policy else "",
        "person": person.number or str(person.id),
        "name": person.name,
        "answer": verdict.answer.value,
        "because": because,
        **(_answers(verdict) if outcome.policy else {}),
    }
    return line | ({"verdict": verdict.as_json()} if whole else {})


def _labels(versions: Sequence[rules.Policy]) -> list[str]:
    """Name the conditions of all versions, each once."""
    return list(dict.fromkeys(label for v in versions for label in _numbered(_codes(v.require))))


def _codes(requirement: Requirement) -> list[str]:
    if requirement.code in COMBINED:
        return [code for part in parts(requirement) for code in _codes(part)]
    inner = " ".join(part.code for part in parts(requirement))
    return [f"{requirement.code} {inner}".strip()]


def _answers(verdict: Verdict) -> dict[str, str]:
    found = list(_leaves(verdict))
    return dict(zip(_numbered([code for code, _ in found]), (a for _, a in found), strict=True))


def _leaves(verdict: Verdict) -> list[tuple[str, str]]:
    if verdict.code in COMBINED:
        return [leaf for child in verdict.children for leaf in _leaves(child)]
    inner = " ".join(child.code for child in verdict.children)
    return [(f"{verdict.code} {inner}".strip(), verdict.answer.value)]


def _numbered(codes: Sequence[str]) -> list[str]:
    """Tell conditions of one kind apart by a number from the second on."""
    return [
        code if codes[:n].count(code) == 0 else f"{code} {codes[:n].count(code) + 1}"
        for n, code in enumerate(codes)
    ]


COMMANDS = (eligibility, policy)
