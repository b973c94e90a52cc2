"""The long work: numbering and printing the papers of one kind, and putting those in force into one file."""

from __future__ import annotations

import io
from typing import Any

from skillhub.certificates import queries as certificates
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.certificates.works import printing_one_by_one
from skillhub.competitions.models import Competition
from skillhub.honours import queries, services
from skillhub.kernel import prints
from skillhub.kernel.access import Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.exact import day_of
from skillhub.kernel.jobs import Progress, Work
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.paper import template_named


def _issue(arguments: dict[str, Any], progress: Progress) -> Message:
    work, by = arguments["work"], arguments["by"]
    actor, moment = Actor(by["login"], by["name"], by["user_id"]), now()
    competition = get_or_404(Competition, work["competition"])
    kind, day = queries.kind_of(work["kind"]), day_of(moment, competition.host.zone)
    template = template_named(certificates.FOLDER, work["template"])
    signed = [(name, office) for name, office in work["signatories"]]

    lines = queries.lines_of(kind, competition, day)
    ready, problems = queries.proof(competition, kind, lines, template, signed)
    services.reserve(*(competition.host, kind.sign, ready, template, actor, moment, day, signed))
    papers = [line.certificate for line in queries.lines_of(kind, competition, day)]
    numbered = [p.id for p in papers if p and p.state is CertificateState.RESERVED]
    bad = 0
    for done, (_, refusal) in enumerate(printing_one_by_one(numbered, actor), 1):
        bad += refusal is not None
        progress.report(done, len(numbered) + 1)
    _join([p.id for p in papers if p], progress)
    progress.report(len(numbered) + 1, len(numbered) + 1)
    text = N_("%(n)s issued, %(bad)s not.")
    return say(text, n=len(numbered) - bad, bad=bad + len({p.where for p in problems}))


def _join(keys: list[int], progress: Progress) -> None:
    """Put what is in force into one file, in the order of the list."""
    found = [get_or_404(Certificate, key) for key in keys]
    there = [one.id for one in found if one.state is CertificateState.ISSUED]
    kept = [io.BytesIO(certificates.pdf_of(key)) for key in there]
    if kept:
        target = prints.printed_file(progress.job_id, "pdf")
        target.parent.mkdir(parents=True, exist_ok=True)
        prints.join(kept, target)


WORKS: dict[str, Work] = {queries.WORK: _issue}
