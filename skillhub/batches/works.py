"""Printing a batch: looked at, numbered and printed fifty by fifty, then put into files; it goes on where it was."""

from __future__ import annotations

import io
import shutil
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from skillhub.accounts.models import User
from skillhub.batches import queries, rules, services
from skillhub.batches.models import Batch, BatchItem
from skillhub.batches.rules import ItemState
from skillhub.certificates import queries as certificates
from skillhub.certificates import services as papers
from skillhub.certificates.works import asked_by, named, printing_one_by_one
from skillhub.designs import queries as designs
from skillhub.honours import queries as honours
from skillhub.kernel import mail, prints
from skillhub.kernel.access import Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import batched, db, get_or_404
from skillhub.kernel.exact import day_of
from skillhub.kernel.fonts import legible
from skillhub.kernel.jobs import Progress, Work
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.paper import Template, load_template
from skillhub.kernel.pdf import Press
from skillhub.kernel.settings import ROOT, settings

Problems = dict[Any, tuple[Problem, ...]]  # by what a paper is for

COVER = ROOT / "templates" / "batches" / "cover"
GROUP = 50  # looked at and numbered at once
LONG = timedelta(minutes=1)  # for which somebody stays and watches
OFTEN = 0.25  # seconds after which what is printed is marked


@dataclass(slots=True)
class Run:
    """One round of work on a batch: what is printed and not yet marked, and how many are through."""

    batch: Batch
    actor: Actor
    progress: Progress
    through: int
    total: int
    printed: list[int] = field(default_factory=list)
    refused: dict[int, Message] = field(default_factory=dict)
    marked: float = field(default_factory=time.monotonic)

    def print(self, template: Template) -> None:
        """Print what is still missing; a paper that cannot be printed does not hold up the rest."""
        try:
            for paper, refusal in printing_one_by_one(self._numbered(template), self.actor):
                if refusal is None:
                    self.printed.append(paper.id)
                else:
                    self.refused[paper.id] = refusal
                if time.monotonic() - self.marked > OFTEN:
                    self._mark()
        finally:
            self._mark(tell=False)
        self.progress.report(self.through, self.total)

    def _mark(self, tell: bool = True) -> None:
        """Note what was printed, and hear whether to go on."""
        some, bad = self.printed, self.refused
        if some or bad:
            services.mark(self.batch, some, bad)
        self.through += len(some) + len(bad)
        self.printed, self.refused, self.marked = [], {}, time.monotonic()
        if tell:
            self.progress.report(self.through, self.total)

    def _numbered(self, template: Template) -> Iterator[int]:
        """Look at some papers, number those that are ready, and give them to be printed one by one."""
        for keys in batched(queries.queued(self.batch), GROUP):
            self._mark()
            items = queries.some(keys)
            self._number([item for item in items if item.certificate_id is None], template)
            for item in items:
                self.through += item.state in (ItemState.RENDERED, ItemState.FAILED)
            yield from [
                i.certificate_id for i in items if i.state is ItemState.QUEUED and i.certificate_id
            ]

    def _number(self, items: Sequence[BatchItem], template: Template) -> None:
        moment = now()
        day = day_of(moment, self.batch.competition.host.zone)
        has = queries.live(items)
        new = [item for item in items if item.whose not in has]
        ready, refused = self._look(new, template, day)
        services.leave_out(refused)
        kept = [item for item in items if item.id not in refused]
        services.number(self.batch, kept, ready, template, self.actor, moment, day)
        left = [item.id for item in kept if item.certificate_id is None]
        services.leave_out(dict.fromkeys(left, say(CHANGED)))

    def _look(
        self, items: Sequence[BatchItem], template: Template, day: date
    ) -> tuple[dict[Any, Any], dict[int, Message]]:
        """Tell what is ready, with its facts, and why the others are not, by item."""
        ready, found, doubts = _looked(self.batch, items, template, day)
        own = {item.whose: item for item in items}
        asked = {whose: why for whose, why in doubts.items() if not own[whose].forced_why}
        for whose in asked:
            del ready[whose]
        refused = {**found, **asked}
        return ready, {own[whose].id: why[0].message for whose, why in refused.items()}


def _looked(
    batch: Batch, items: Sequence[BatchItem], template: Template, day: date
) -> tuple[dict[Any, Any], Problems, Problems]:
    """Look at some papers before they are numbered: what is ready, what stands against the others, and what is seldom.

    Each by what it is for.
    """
    signed = [(name, office) for name, office in batch.signatories]
    if not batch.paper:
        proof = certificates.proof([item.award for item in items], template, signed)
        bad: Problems = {one.award.id: one.problems for one in proof.findings}
        return dict(proof.ready), bad, {one.award.id: one.problems for one in proof.doubts}
    kind, today = honours.kind_of(batch.paper), queries.honours_of(batch, items, day)
    found = honours.proof(batch.competition, kind, today.values(), template, signed)
    bad = {one.honour.subject: one.problems for one in found.findings}
    return dict(found.ready), bad, {one.honour.subject: one.problems for one in found.doubts}


CHANGED = N_("What stands on the paper changed while it was printed. Try again.")


def _run(arguments: dict[str, Any], progress: Progress) -> Message:
    """Work on a batch as a job: print what is missing, then put everything that is printed into files."""
    batch, actor = get_or_404(Batch, arguments["work"]["batch"]), asked_by(arguments)
    counted = queries.tally(batch)
    run = Run(batch, actor, progress, counted["all"] - counted[ItemState.QUEUED], counted["all"])
    run.print(designs.template_named(batch.template))
    services.arrange(batch)
    put = _files(batch, actor, progress)
    counted = queries.tally(batch)
    bad = counted[ItemState.FAILED]
    end = say(
        N_("%(n)s of %(all)s are in the files, %(bad)s failed."), n=put, all=counted["all"], bad=bad
    )
    _tell(batch, end, actor)
    return end


def _tell(batch: Batch, end: Message, actor: Actor) -> None:
    """Write a mail to whoever asked for a batch that took its time: they may have left."""
    job, asker = batch.job, db.session.get(User, actor.user_id) if actor.user_id else None
    if job is None or asker is None or now() - job.asked_at < LONG:
        return
    subject = say(N_("Batch %(key)s has ended."), key=batch.id)
    where = say(N_("Competition: %(name)s."), name=batch.competition.name)
    page = f"/batches/{batch.id}"
    mail.write(f"batch:{batch.id}:{job.id}", asker.email, subject, [end, where], page)


def _files(batch: Batch, actor: Actor, progress: Progress) -> int:
    """Make the files of a batch: one PDF, pieces with a cover sheet, a ZIP; they appear together or not at all."""
    clear_old(time.time())
    plan, target = queries.plan(batch), queries.folder_of(batch)
    draft = target.with_name(f".{target.name}.{progress.token}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        if plan:
            _write(batch, plan, draft, progress)
        shutil.rmtree(target, ignore_errors=True)
        draft.replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    services.put_out(batch, len(plan), now() + timedelta(seconds=prints.LASTS), actor)
    papers.hand_out(batch.competition, len(plan), f"batch {batch.id}", actor)
    return len(plan)


def _write(batch: Batch, plan: Sequence[Any], folder: Path, progress: Progress) -> None:
    names = named([(row.id, row.serial, row.facts) for row in plan])
    cover, parts = load_template(COVER), []
    count = len(list(rules.pieces(len(plan))))
    with Press() as press, zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_STORED) as archive:
        for piece, start, end in rules.pieces(len(plan)):
            some = [certificates.pdf_of(row.id) for row in plan[start:end]]
            for (name, _), pdf in zip(names[start:end], some, strict=True):
                archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), pdf)
            parts.append(folder / f".part-{piece}")
            prints.join([io.BytesIO(pdf) for pdf in some], parts[-1])
            first, last = plan[start].number, plan[end - 1].number
            facts = cover_facts(batch, (piece, count), (first, last), end - start)
            front = io.BytesIO(press.render(cover, legible(facts)))
            prints.join([front, parts[-1]], folder / f"piece-{piece:03d}.pdf")
            progress.report(*_whole(batch))
    prints.join(parts, folder / "all.pdf")
    for part in parts:
        part.unlink()


def _whole(batch: Batch) -> tuple[int, int]:
    counted = queries.tally(batch)
    return counted["all"], counted["all"]


def cover_facts(
    batch: Batch, piece: tuple[int, int], ends: tuple[str, str], count: int
) -> Mapping[str, str]:
    """Give what the sheet in front of a piece says."""
    competition = batch.competition
    return {
        "batch": str(batch.id),
        "piece": f"{piece[0]} / {piece[1]}",
        "first": ends[0],
        "last": ends[1],
        "count": str(count),
        "operator": batch.operator,
        "competition": competition.name,
        "competition_en": competition.name_en,
        "order": batch.arrangement,
        "day": day_of(batch.begun_at, competition.host.zone).isoformat(),
    }


def clear_old(at: float) -> None:
    """Remove the files of batches that have had their time."""
    prints.clear_old(at)
    for folder in settings.instance.glob("prints/*batch-*"):
        if folder.is_dir() and folder.stat().st_mtime < at - prints.LASTS:
            shutil.rmtree(folder, ignore_errors=True)


WORKS: dict[str, Work] = {queries.KIND: _run}
