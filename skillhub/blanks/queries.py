"""Questions about blank sheets: what is printed on one, who gets one, and the prints that were asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from skillhub.competitions.models import Component
from skillhub.entries import queries as entries
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import BadInput, NotFound
from skillhub.kernel.jobs import Job
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Facts
from skillhub.panels import queries as panels
from skillhub.scoring import queries as scoring
from skillhub.scoring.rules import Aspect, Scheme, Slot

KIND = "blanks.print"
BOXES = 9


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a sheet in the reader's language."""

    heads: Sequence[str]
    kinds: Mapping[str, str]
    judge: str
    times: str

    def box(self, aspect: Aspect, slot: Slot) -> str:
        """Name a box."""
        several = f"#{slot.attempt}" if len(aspect.slots()) > 1 else "–"
        alone = self.times if aspect.judged else several
        return f"{self.judge} {slot.seat}" if slot.seat else alone


def scheme_of(part: Component) -> Scheme | None:
    """Give the scheme by which sheets of a component are filled in; None where there are none to fill."""
    scheme = scoring.scheme_of(part)
    return scheme if scheme and scheme.aspects and not scheme.marks_of else None


def chosen(part: Component, only: str = "", without: Collection[int] = ()) -> list[Any]:
    """Give whose sheets are printed, each as it may be shown beside its marks: all, or those with the codes in `only`.

    `without` are the keys of those whom the one who asks may not see. Raises BadInput that names the codes nobody has.
    """
    seen = [entry for entry in entries.of(part.event) if entry.id not in without]
    found = panels.names(part.event).rows(seen)
    wanted = only.translate(str.maketrans(",，、;；", "     ")).split()
    if not wanted:
        return found
    known = {one.code.casefold(): one for one in found}
    lost = [word for word in wanted if word.casefold() not in known]
    if lost:
        text = say(N_("Nobody has the code %(codes)s here."), codes=", ".join(lost))
        raise BadInput(text, [Problem("only", text)])
    return [known[word.casefold()] for word in dict.fromkeys(wanted)]


def facts(part: Component, scheme: Scheme, whom: tuple[str, str, str], words: Words) -> Facts:
    """Give what a sheet prints; whom is a code, a name where it is open, and the address of the row."""
    aspects, event = scheme.aspects, part.event
    boxes = [[words.box(aspect, slot) for slot in aspect.slots()] for aspect in aspects]
    reasons = [f"0{letter} {text}" for letter, text in scheme.zero_reasons.items()]
    return {
        "competition": event.competition.name,
        "event": f"{event.code} {event.name}",
        "part": part.name,
        **dict(zip(("code", "holder", "url"), whom, strict=True)),
        "words": list(words.heads),
        "reasons": reasons,
        "aspects": [aspect.code for aspect in aspects],
        "names": [aspect.name for aspect in aspects],
        "kinds": [words.kinds[aspect.kind] for aspect in aspects],
        "most": ["" if aspect.max is None else f"{aspect.max:f}" for aspect in aspects],
        "about": [aspect.description for aspect in aspects],
        **{f"box{n + 1}": [own[n] if n < len(own) else "" for own in boxes] for n in range(BOXES)},
    }


def job(job_id: int) -> Job:
    """Find a print of blank sheets; raises NotFound for another feature's work."""
    found = get_or_404(Job, job_id)
    if found.kind == KIND:
        return found
    raise NotFound


def path_of_job(print_id: int, **_: object) -> str:
    """Give the path of the organisation whose sheets a print is about."""
    return job(print_id).path


def latest(part: Component, most: int = 5) -> list[Job]:
    """Give the latest prints of a component."""
    host = part.event.competition.host.path
    jobs = select(Job).where(Job.kind == KIND, Job.path == host).order_by(Job.id.desc()).limit(200)
    mine = [one for one in db.session.scalars(jobs) if one.arguments["work"]["part"] == part.id]
    return mine[:most]
