"""The long works: issuing and printing many. Each step is its own write unit, so a work that broke off goes on."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skillhub.appeals.queries import HELD
from skillhub.certificates import queries, rules, services
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.competitions.models import Competition, Event
from skillhub.deeds import queries as deeds
from skillhub.kernel import prints
from skillhub.kernel.access import Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import Conflict
from skillhub.kernel.exact import day_of
from skillhub.kernel.jobs import Progress, Work
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.paper import Template, unpacked
from skillhub.kernel.pdf import Press, RenderRefused
from skillhub.kernel.press.kept import own_plans
from skillhub.kernel.signing.keys import own_signer

GROUP = 50  # how many are looked at, or joined, at once

Facts = Mapping[str, Any]
Steps = Iterator[tuple[int, int]]


@dataclass(slots=True)
class Issuing:
    """Issuing what waits in a competition, or in some of its events: done so far, and what could not be."""

    competition: Competition
    events: Sequence[Event] | None
    template: Template
    actor: Actor
    signatories: Sequence[tuple[str, str]] = ()
    issued: int = 0
    left_out: list[Problem] = field(default_factory=list)
    failed: list[Problem] = field(default_factory=list)

    def steps(self) -> Steps:
        """Look, give numbers, print one by one; yields how many are done of how many."""
        awards = queries.waiting(self.competition, self.events)
        ready: dict[int, Facts] = {}
        for start in range(0, len(awards), GROUP):
            proof = queries.proof(awards[start : start + GROUP], self.template, self.signatories)
            ready |= proof.ready
            self.left_out += proof.problems
            yield 0, len(awards)
        moment = now()
        day = day_of(moment, self.competition.host.zone)
        services.reserve(
            *(self.competition, ready, self.template, self.actor, moment, day, self.signatories)
        )
        yield from self._print(queries.reserved(self.competition, self.events))

    def _print(self, keys: Sequence[int]) -> Steps:
        printed = printing_one_by_one(keys, self.actor)
        for done, (certificate, refusal) in enumerate(printed, 1):
            if refusal is None:
                self.issued += 1
            else:
                self.failed.append(Problem(certificate.number, refusal))
            yield done, len(keys)


def printing_one_by_one(
    keys: Iterable[int], actor: Actor
) -> Iterator[tuple[Certificate, Message | None]]:
    """Print reserved certificates with the templates and facts kept for them; a refusal concerns one, not the rest."""
    templates: dict[int, Template] = {}
    signer = own_signer()
    seal_id = services.take_up(signer, actor, now()) if signer else None
    with Press(signer=signer, plans=own_plans()) as press:
        for key in keys:
            certificate = get_or_404(Certificate, key)
            if certificate.state is not CertificateState.RESERVED:
                yield certificate, None
                continue
            if certificate.award_id and deeds.waiting([certificate.award]):
                services.note_problem(certificate, say(HELD), actor)
                yield certificate, say(HELD)
                continue
            version = certificate.template_version
            if version.id not in templates:
                templates[version.id] = unpacked(version.code, version.files)
            try:
                printed = press.stamped(templates[version.id], certificate.facts)
            except RenderRefused as refusal:
                if refusal.code == "start":
                    raise
                services.note_problem(certificate, refusal.message, actor)
                yield certificate, refusal.message
            else:
                services.keep(certificate, printed, actor, now(), seal_id)
                yield certificate, None


@dataclass(slots=True)
class Printing:
    """Putting the kept bytes of many certificates into one PDF, one ZIP or one folder."""

    competition: Competition
    events: Sequence[Event] | None
    order: str
    target: Path
    actor: Actor
    printed: int = 0
    held: int = 0

    def steps(self) -> Steps:
        """Write the target; a file appears only when it is whole."""
        certificates = queries.to_print(self.competition, self.events, self.order)
        if not certificates:
            raise Conflict(say(N_("No certificate is in force here. Issue them first.")))
        held = deeds.waiting([c.award for c in certificates])
        plan = [(c.id, c.serial, c.facts) for c in certificates if c.award_id not in held]
        self.held = len(certificates) - len(plan)
        if not plan:
            raise Conflict(say(HELD))
        ending = self.target.suffix.lower()
        write = {".pdf": self._pdf, ".zip": self._zip}.get(ending, self._folder)
        for done in write(plan):
            self.printed = done
            yield done, len(plan)
        services.hand_out(self.competition, len(plan), ending.lstrip(".") or "folder", self.actor)

    def _pdf(self, plan: Sequence[tuple[int, int, Any]]) -> Iterator[int]:
        """Join in groups, then the groups, so that memory does not grow with the batch."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.target.parent, prefix=".join-") as scratch:
            parts = []
            for start in range(0, len(plan), GROUP):
                group = plan[start : start + GROUP]
                part = Path(scratch) / f"{start}.pdf"
                prints.join([io.BytesIO(queries.pdf_of(key)) for key, *_ in group], part)
                parts.append(part)
                yield start + len(group)
            whole = Path(scratch) / "whole.pdf"
            prints.join(parts, whole)
            whole.replace(self.target)

    def _zip(self, plan: Sequence[tuple[int, int, Any]]) -> Iterator[int]:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        draft = self.target.with_name(f".{self.target.name}.{os.getpid()}")
        try:
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
                for done, (name, key) in enumerate(named(plan), 1):
                    archive.writestr(name, queries.pdf_of(key))
                    yield done
            draft.replace(self.target)
        finally:
            draft.unlink(missing_ok=True)

    def _folder(self, plan: Sequence[tuple[int, int, Any]]) -> Iterator[int]:
        self.target.mkdir(parents=True, exist_ok=True)
        for done, (name, key) in enumerate(named(plan), 1):
            (self.target / name).write_bytes(queries.pdf_of(key))
            yield done


def named(plan: Sequence[tuple[int, int, Any]]) -> list[tuple[str, int]]:
    """Give each of (key, serial, facts) its file name, no two alike, with its key."""
    names = rules.distinct([rules.file_name(serial, facts) for _, serial, facts in plan])
    return [(name, key) for name, (key, *_) in zip(names, plan, strict=True)]


def _print(arguments: dict[str, Any], progress: Progress) -> Message:
    """Print, as a job, certificates that have their numbers already."""
    keys, actor, bad = arguments["work"]["certificates"], asked_by(arguments), 0
    for done, (_, refusal) in enumerate(printing_one_by_one(keys, actor), 1):
        bad += refusal is not None
        progress.report(done, len(keys))
    return say(N_("%(n)s issued, %(bad)s not."), n=len(keys) - bad, bad=bad)


def asked_by(arguments: dict[str, Any]) -> Actor:
    """Give whoever asked for a job, to act for them."""
    by = arguments["by"]
    return Actor(by["login"], by["name"], by["user_id"])


WORKS: dict[str, Work] = {"certificates.issue": _print}
