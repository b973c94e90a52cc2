"""Drawing designs: begun, saved, sent for a second look, published; each in one write unit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from skillhub.designs import queries, rules
from skillhub.designs.models import Design, DesignFile, DesignVersion, Making
from skillhub.designs.rules import VersionState
from skillhub.kernel.access import Actor
from skillhub.kernel.canonical import canonical
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import packed
from skillhub.organisations.models import Organisation

MOST_PICTURES = 12

Pictures = Mapping[str, tuple[bytes, int | None, int | None]]  # content, dots across and down


@transaction()
def begin(
    owner: Organisation,
    title: Mapping[str, str],
    document: Mapping[str, Any],
    pictures: Pictures,
    actor: Actor,
    moment: datetime,
    making: Making = Making.DRAWN,
    code: str = "",
) -> Design:
    """Begin a design with its first draft; `code` is kept where nothing else has it."""
    words = {one: title.get(one, "").strip() for one in ("zh", "en")}
    if not any(words.values()):
        wrong = say(N_("Give the design a title in Chinese, in English or both."))
        raise BadInput(wrong, [Problem("title_zh", wrong)])
    if making is Making.WRITTEN and not actor.may(queries.WRITES, owner.path):
        text = N_("A design written as HTML is brought in by somebody with that right.")
        raise NotAllowed(say(text))

    design = Design(
        code=f"new-{hashlib.sha256(f'{owner.id}{moment}'.encode()).hexdigest()[:16]}",
        title_zh=words["zh"],
        title_en=words["en"],
        owner=owner,
    )
    db.session.add(design)
    db.session.flush()
    design.code = code if code and queries.code_is_free(code) else _own_code(design.id)
    _version(design, 1, making, document, pictures, actor, moment)
    act(actor, "designs.begin", design)
    return design


@transaction()
def draw_on(design: Design, actor: Actor, moment: datetime) -> DesignVersion:
    """Give the draft of a design: the one there is, or a new version made from the newest published one."""
    if row := queries.under_way(design.id):
        return row
    last = queries.newest(design)
    if last is None:
        raise Conflict(say(N_("There is no version to begin from.")))
    pictures = {one.name: (one.content, one.width, one.height) for one in last.pictures}
    made = _version(design, last.number + 1, last.making, last.document, pictures, actor, moment)
    act(actor, "designs.draw_on", made)
    return made


@transaction()
def save(
    row: DesignVersion, version: int, document: Mapping[str, Any], actor: Actor, moment: datetime
) -> list[Problem]:
    """Keep a drawn document; gives what is still wrong with it. One that cannot be read is refused."""
    _refuse_unless(row, VersionState.DRAFT)
    _refuse_unless_made(row, Making.DRAWN)
    same_version(row, version)
    read, problems = rules.read(document)
    if read is None or len(canonical(document)) > rules.MOST_BYTES:
        raise BadInput(say(rules.NOT_A_DOCUMENT), problems)

    _keep(row, document, actor, moment)
    row.design.title_zh, row.design.title_en = (read.title.get(one, "") for one in ("zh", "en"))
    act(actor, "designs.save", row, note={"document": _digest(document)})
    return queries.problems_of(row)


@transaction()
def write(
    row: DesignVersion, version: int, texts: Mapping[str, str], actor: Actor, moment: datetime
) -> None:
    """Keep what was written as HTML; the version is from then on a written one. The caller saw that it prints."""
    _refuse_unless(row, VersionState.DRAFT)
    if not actor.may(queries.WRITES, row.design.owner.path):
        raise NotAllowed(say(N_("Writing templates as HTML is a right of its own.")))
    same_version(row, version)

    _keep(row, texts, actor, moment)
    row.making = Making.WRITTEN
    act(actor, "designs.write", row, note={"document": _digest(texts)})


@transaction()
def refused(row: DesignVersion, why: str, actor: Actor) -> None:
    """Note that somebody tried to have something printed that the press refuses."""
    act(actor, "designs.refused", row, why=why[:300])


@transaction()
def add_picture(
    row: DesignVersion,
    name: str,
    content: bytes,
    size: tuple[int | None, int | None],
    actor: Actor,
    moment: datetime,
) -> None:
    """Keep a picture of a draft, in place of the one that had this name; whoever sends one has drawn on it."""
    _refuse_unless(row, VersionState.DRAFT)
    known = {one.name: one for one in row.pictures}
    if name not in known and len(known) >= MOST_PICTURES:
        text = N_("A design holds %(most)s pictures at most. Remove one first.")
        raise Conflict(say(text, most=MOST_PICTURES))

    if name in known:
        row.pictures.remove(known[name])
        db.session.flush()
    row.pictures.append(_picture(name, content, size))
    _keep(row, row.document, actor, moment)
    act(actor, "designs.add_picture", row, note={"name": name})


@transaction()
def remove_picture(row: DesignVersion, name: str, actor: Actor, moment: datetime) -> None:
    """Remove a picture of a draft."""
    _refuse_unless(row, VersionState.DRAFT)
    row.pictures[:] = [one for one in row.pictures if one.name != name]
    _keep(row, row.document, actor, moment)
    act(actor, "designs.remove_picture", row, note={"name": name})


@transaction()
def send(row: DesignVersion, version: int, actor: Actor, moment: datetime) -> None:
    """Ask for the second look at a draft that can be printed."""
    _refuse_unless(row, VersionState.DRAFT)
    same_version(row, version)
    if problems := queries.problems_of(row):
        raise BadInput(say(N_("The design cannot be printed yet.")), problems)

    row.state, row.returned_why = VersionState.SENT, ""
    row.sent_by, row.sent_at = actor.login, moment
    act(actor, "designs.send", row)


@transaction()
def send_back(row: DesignVersion, version: int, why: str, actor: Actor) -> None:
    """Give a design back to be drawn on, with the reason."""
    _refuse_unless(row, VersionState.SENT)
    same_version(row, version)
    if not why.strip():
        wrong = say(N_("Say why."))
        raise BadInput(wrong, [Problem("why", wrong)])

    row.state, row.returned_why = VersionState.DRAFT, why.strip()
    act(actor, "designs.send_back", row, why=why.strip())


@transaction()
def publish(row: DesignVersion, version: int, actor: Actor, moment: datetime) -> None:
    """Publish a version after the second look of somebody who did not draw it; from now on it is printed on."""
    _refuse_unless(row, VersionState.SENT)
    same_version(row, version)
    if actor.login in {*row.hands, row.drawn_by, row.sent_by}:
        raise NotAllowed(say(N_("You drew on this yourself: a second person looks and publishes.")))
    template = queries.template_now(row)

    row.state = VersionState.PUBLISHED
    row.files, row.prints = packed(template), queries.fingerprints(template)
    row.published_by, row.published_at = actor.login, moment
    act(actor, "designs.publish", row, note={"sha256": template.sha256})


@transaction()
def put_away(design: Design, away: bool, actor: Actor, moment: datetime) -> None:
    """Offer a design no longer, or again; what was printed on it stays as it is."""
    if away is not bool(design.put_away_at):
        design.put_away_at = moment if away else None
        act(actor, "designs.put_away" if away else "designs.take_out", design)


@transaction()
def delete(design: Design, version: int, actor: Actor) -> None:
    """Delete a design with its versions; whether anything was printed on it, the caller has seen."""
    same_version(design, version)
    act(actor, "designs.delete", design, note={"code": design.code})
    db.session.delete(design)


def _version(
    design: Design,
    number: int,
    making: Making,
    document: Mapping[str, Any],
    pictures: Pictures,
    actor: Actor,
    moment: datetime,
) -> DesignVersion:
    row = DesignVersion(
        design=design,
        number=number,
        making=making,
        document=dict(document),
        drawn_by=actor.login,
        drawn_at=moment,
        hands=[actor.login],
        pictures=[_picture(name, body, size) for name, (body, *size) in pictures.items()],
    )
    db.session.add(row)
    return row


def _picture(name: str, content: bytes, size: Any) -> DesignFile:
    seal = hashlib.sha256(content).hexdigest()
    return DesignFile(name=name, content=content, sha256=seal, width=size[0], height=size[1])


def _keep(row: DesignVersion, document: Mapping[str, Any], actor: Actor, moment: datetime) -> None:
    row.document = dict(document)
    row.drawn_by, row.drawn_at = actor.login, moment
    row.hands = sorted({*row.hands, actor.login})


def _own_code(number: int) -> str:
    """Make a code that nothing has."""
    code, n = f"design-{number}", 1
    while not queries.code_is_free(code):
        code, n = f"design-{number}-{n}", n + 1
    return code


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def _refuse_unless(row: DesignVersion, state: VersionState) -> None:
    if row.state is not state:
        raise Conflict(say(N_("This version is no longer where it was. Look at it again.")))


def _refuse_unless_made(row: DesignVersion, making: Making) -> None:
    if row.making is not making:
        raise Conflict(say(N_("This version is written as HTML; it has no fields to draw.")))
