"""Questions about designs: what can be printed on, what a version looks like, who could stand on it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from skillhub.awards.models import Award, AwardState
from skillhub.competitions.models import Competition, Event
from skillhub.deeds import queries as deeds
from skillhub.designs import kinds, rules
from skillhub.designs.models import Design, DesignVersion, Making
from skillhub.designs.rules import Document, Field, VersionState
from skillhub.kernel import areas, artwork, paper
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import BadInput, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import (
    LANGUAGES,
    About,
    Fact,
    Facts,
    Template,
    template_of,
    unpacked,
)
from skillhub.kernel.settings import ROOT
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below, visible_to

SHELF = ROOT / "templates" / "certificates"
STARTS = ROOT / "templates" / "designs" / "starts"
DRAWS = (Role.CERTIFICATE_STAFF, Role.ORGANISER)
WRITES = Role.TEMPLATE_WRITER
MOST_PEOPLE = 500
UNDER_WAY = (VersionState.DRAFT, VersionState.SENT)


def template_named(code: str) -> Template:
    """Find the template of a code such as award.portrait.en: of the shelf, or drawn by staff."""
    newest = _published().where(Design.code == code.partition(".")[0])
    row = db.session.scalars(newest.order_by(DesignVersion.number.desc())).first()
    found = paper.wished(template_kept(row), code) if row else None
    return found or paper.template_named(SHELF, code)


def offered(path: str) -> list[Template]:
    """Give the templates for papers of an organisation: the shelf, then what was drawn there or above it."""
    shelf = [paper.load_template(folder) for folder in paper.templates(SHELF).values()]
    rows = db.session.scalars(
        _published().where(Design.put_away_at.is_(None)).order_by(Design.id, DesignVersion.number)
    )
    newest = {row.design_id: row for row in rows if path.startswith(row.design.owner.path)}
    return [*shelf, *(template_kept(row) for row in newest.values())]


def template_kept(row: DesignVersion) -> Template:
    """Give the template of a published version, as it was published."""
    if row.files is None:
        raise NotFound
    return unpacked(row.design.code, row.files)


def template_now(row: DesignVersion) -> Template:
    """Give the template a version is at this moment; raises BadInput while it cannot be one."""
    if row.state is VersionState.PUBLISHED:
        return template_kept(row)
    if row.making is Making.WRITTEN:
        return written(row.design.code, row.document, pictures_of(row))
    document, problems = rules.read(row.document)
    if document is None:
        raise BadInput(say(rules.NOT_A_DOCUMENT), problems)
    pictures = pictures_of(row)
    if problems := kinds.wrong(document, known_facts(), pictures):
        raise BadInput(say(N_("The design cannot be printed yet.")), problems)
    return drawn(row.design.code, document, document.fields, pictures)


def drawn(
    code: str, document: Document, fields: Collection[Field], pictures: Mapping[str, bytes]
) -> Template:
    """Make the template of a document, or of some of its fields."""
    files = kinds.files_of(document, fields, known_facts(), examples(), pictures)
    return _coded(code, files)


def written(code: str, texts: Mapping[str, str], pictures: Mapping[str, bytes]) -> Template:
    """Make the template of what was written as HTML; raises BadInput when it is not one."""
    template = _coded(code, {n: t.encode() for n, t in texts.items()} | dict(pictures))
    _refuse_odd(template.about)
    return template


def _refuse_odd(about: About) -> None:
    """Refuse what would break the pages on which templates are chosen."""
    areas.read(str(about.size))
    titles = dict(about.title) if isinstance(about.title, dict) else {}
    named = {*titles} <= {*LANGUAGES} and any(titles.values())
    if not named or not all(isinstance(one, str) for one in titles.values()):
        wrong = say(N_("Write the title as { zh = “…”, en = “…” }, or one of the two."))
        raise BadInput(wrong, [Problem("about", wrong)])
    if not {*about.languages} <= {*LANGUAGES}:
        wrong = say(N_("The languages of a paper are zh, en or both."))
        raise BadInput(wrong, [Problem("about", wrong)])


def texts_of(row: DesignVersion) -> dict[str, str]:
    """Give the files of a version as texts: as they were written, or as they are made of what was drawn."""
    if row.making is Making.WRITTEN:
        return dict(row.document)
    document, problems = rules.read(row.document)
    if document is None:
        raise BadInput(say(rules.NOT_A_DOCUMENT), problems)
    known, pictures = known_facts(), pictures_of(row)
    fields = kinds.printable(document, known, pictures)
    files = kinds.files_of(document, fields, known, examples(), pictures)
    return {n: held.decode() for n, held in files.items() if n.endswith((".toml", ".html", ".css"))}


def _coded(code: str, files: Mapping[str, bytes]) -> Template:
    """Make a template that is no other design's, though its files be the same."""
    about = f"# {code}\n".encode() + files.get("about.toml", b"")
    return template_of(code, {**files, "about.toml": about} if "about.toml" in files else files)


def fingerprints(template: Template) -> list[str]:
    """Give the fingerprints of a template in every way and language in which it can be had."""
    ways = ["", *paper.ways(template)[1:]]
    wishes = [f".{way}" if way else "" for way in ways]
    wishes += [f"{wish}.{one}" for wish in wishes for one in template.about.languages]
    made = (paper.wished(template, template.code + wish) for wish in wishes)
    return [one.sha256 for one in made if one]


def problems_of(row: DesignVersion) -> list[Problem]:
    """List why a version cannot be printed yet."""
    try:
        template_now(row)
    except BadInput as refusal:
        return list(refusal.problems) or [Problem("", refusal.message)]
    return []


@cache
def known_facts() -> Mapping[str, Fact]:
    """Give every fact that papers know: those of the shelf."""
    shelf = (paper.load_template(folder).about for folder in paper.templates(SHELF).values())
    found: dict[str, Fact] = {}
    for about in shelf:
        found = {**about.facts, **found}
    return found


@cache
def examples() -> Facts:
    """Give an example of every fact."""
    shelf = (paper.load_template(folder).about for folder in paper.templates(SHELF).values())
    found: dict[str, str | list[str]] = {}
    for about in shelf:
        found = {**about.example, **found}
    return found


def pictures_of(row: DesignVersion) -> dict[str, bytes]:
    """Give the pictures of a version by name."""
    return {one.name: one.content for one in row.pictures}


def path_of(design_id: int, **_: Any) -> str:
    """Give the path of the organisation a design belongs to: the scope of its pages."""
    return get_or_404(Design, design_id).owner.path


def owners(actor: Actor) -> Sequence[Organisation]:
    """List the organisations for which a reader may draw."""
    return visible_to(actor, *DRAWS)


def listed(actor: Actor) -> Sequence[Design]:
    """List the designs a reader may see, the latest first."""
    seen = below(actor.paths((*DRAWS, WRITES, Role.AUDITOR)))
    rows = select(Design).join(Design.owner).where(seen).order_by(Design.id.desc())
    return db.session.scalars(rows.options(selectinload(Design.versions))).all()


def version_numbered(design_id: int, number: int) -> DesignVersion:
    """Find a version by its number."""
    own = (DesignVersion.design_id == design_id) & (DesignVersion.number == number)
    row = db.session.scalar(select(DesignVersion).where(own)) if 0 < number < 2**31 else None
    if row is None:
        raise NotFound
    return row


def under_way(design_id: int) -> DesignVersion | None:
    """Find the version of a design that is being drawn, or waits for its second look."""
    own = (DesignVersion.design_id == design_id) & DesignVersion.state.in_(UNDER_WAY)
    return db.session.scalar(select(DesignVersion).where(own))


def draft_of(design_id: int) -> DesignVersion:
    """Find the draft of a design; raises NotFound when nothing is being drawn."""
    row = under_way(get_or_404(Design, design_id).id)
    if row is None or row.state is not VersionState.DRAFT:
        raise NotFound
    return row


def newest(design: Design) -> DesignVersion | None:
    """Give the newest published version of a design."""
    rows = [row for row in design.versions if row.state is VersionState.PUBLISHED]
    return rows[-1] if rows else None


def code_is_free(code: str) -> bool:
    """Tell whether nothing has this code yet."""
    taken = db.session.scalar(select(Design.id).where(Design.code == code))
    return taken is None and code not in paper.templates(SHELF)


def people(competition: Competition) -> list[dict[str, str | list[str]]]:
    """Give what the papers of a competition would say, in the order of its events."""
    rows = (
        select(Award)
        .join(Award.event)
        .where(Event.competition_id == competition.id, Award.state == AwardState.CONFERRED)
        .options(*deeds.loading())
        .order_by(Event.code, Award.position, Award.id)
        .limit(MOST_PEOPLE)
    )
    awards = db.session.scalars(rows).all()
    facts = deeds.facts_of(awards)
    return [facts[award.id] for award in awards]


def _published() -> Any:
    return (
        select(DesignVersion)
        .join(DesignVersion.design)
        .where(DesignVersion.state == VersionState.PUBLISHED)
        .options(undefer(DesignVersion.files))
    )


@dataclass(frozen=True, slots=True)
class Start:
    """What a design begins from: a document and its pictures."""

    code: str
    title: Mapping[str, str]
    document: Mapping[str, Any]
    pictures: Mapping[str, tuple[bytes, int | None, int | None]]

    @property
    def size(self) -> tuple[int, int]:
        """Give the area of the page, then its width."""
        page = self.document["page"]
        return page["width"] * page["height"], page["width"]


@cache
def starts() -> Sequence[Start]:
    """Give the designs of the house that one begins from; their pictures as if they had been sent."""
    found = []
    for path in sorted(STARTS.glob("*/document.json")):
        folder, document = path.parent, json.loads(path.read_text())
        art = {
            one.name: artwork.taken(one.name, one.read_bytes())[1:]
            for one in sorted(folder.glob("*.svg"))
        }
        found.append(Start(folder.name, document["title"], document, art))
    return sorted(found, key=lambda one: one.size, reverse=True)


def copied(design: Design) -> DesignVersion | None:
    """Give the version of which a copy begins: the newest published, else the newest; None for one written as HTML."""
    row = newest(design) or (design.versions[-1] if design.versions else None)
    return row if row and row.making is Making.DRAWN else None


def start_of(code: str, actor: Actor) -> Start:
    """Find a start by its code, or make one of a design the actor may see: copy-7; raises NotFound."""
    known = {one.code: one for one in starts()}
    if code in known:
        return known[code]
    key = code.removeprefix("copy-")
    design = get_or_404(Design, int(key)) if key.isdecimal() else None
    row = copied(design) if design is not None and design in listed(actor) else None
    if row is None:
        raise NotFound
    pictures = {one.name: (one.content, one.width, one.height) for one in row.pictures}
    return Start(code, row.document["title"], row.document, pictures)
