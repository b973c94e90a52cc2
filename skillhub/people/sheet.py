"""The roster: people and where they work, as a sheet in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from skillhub.kernel.access import Actor, Role
from skillhub.kernel.crypto import blind
from skillhub.kernel.import_state import Importer, as_text
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.sheets import Change, Column, Preview, PreviewRow, Row, Table, compare
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.organisations.rules import fold_code
from skillhub.people import queries, services
from skillhub.people.models import Employment, Person
from skillhub.people.rules import Identity, masked, normal, read_identity

YES = {"yes": ("true", "1", "y", "是"), "no": ("false", "0", "n", "否")}
KINDS = {
    "resident": ("居民身份证", "身份证", "identity card"),
    "passport": ("护照",),
    "other": ("其他",),
}
SEXES = {"male": ("男", "m"), "female": ("女", "f")}
ALIASES = {
    "number": "工号/职工编号/职工号/worker/employee number/employee no/personnel number",
    "name": "姓名/full name/worker name/employee name",
    "name_latin": "拉丁字母姓名/拼音/英文名/外文名/latin name/pinyin",
    "id_type": "证件类型/id type",
    "id_number": "身份证号/身份证号码/证件号码/公民身份号码/id number/id",
    "birth_date": "出生日期/出生年月日/birthday/born",
    "sex": "性别/gender",
    "phone": "手机/手机号/电话/联系电话/phone/mobile",
    "employer": "单位代码/单位编码/单位/用人单位/工作单位/所在单位/employer code/organisation/organization",
    "since": "入职日期/入职时间/起始日期/since/from",
    "post": "岗位/职务/工种/position/job",
    "is_line_worker": "一线职工/是否一线/line worker",
}


def _column(name: str, label: str, kind: Any = "text", note: str = "", **more: Any) -> Column:
    return Column(name, label, kind, aliases=tuple(ALIASES[name].split("/")), note=note, **more)


COLUMNS = (
    _column("number", N_("Worker number"), "code", N_("As written: 00417 is not 417.")),
    _column("name", N_("Name"), "name", N_("Kept sign by sign."), required=True, width=24),
    _column("name_latin", N_("Name in Latin letters"), "name", width=24),
    _column("id_type", N_("Kind of document"), "choice", N_("resident when empty."), choices=KINDS),
    _column(
        "id_number", N_("Identity number"), "code", N_("Format these cells as text."), width=22
    ),
    _column("birth_date", N_("Date of birth"), "date", N_("From the identity number when empty.")),
    _column("sex", N_("Sex"), "choice", choices=SEXES),
    _column("phone", N_("Telephone"), "code"),
    _column("employer", N_("Employer"), "code", N_("An organisation's code, or its name.")),
    _column("since", N_("Employed since"), "date", N_("The day of the import when empty.")),
    _column("post", N_("Post")),
    _column("is_line_worker", N_("Line worker"), "choice", N_("yes or no."), choices=YES),
)
OF_PERSON = ("number", "name", "name_latin", "id_type", "id_number", "birth_date", "sex", "phone")
OF_JOB = ("employer", "since", "post", "is_line_worker")
EXPORTED = tuple(c for c in COLUMNS if c.name not in ("id_type", "id_number"))


def importer(actor: Actor, day: date) -> Importer:
    """Say how a roster comes in: its columns, what each row would do, and who writes it."""
    roster = Roster(actor, day)
    return Importer("people", COLUMNS, roster.compare, roster.write, show=show, keeps_file=False)


def show(name: str, value: Any) -> str:
    """Write a cell for the preview; identity numbers are masked."""
    return masked(value) if name == "id_number" and value else as_text(name, value)


def exported(people: Iterable[Person]) -> list[dict[str, Any]]:
    """Give people as rows of the sheet that reads them back unchanged; identity numbers stay here."""
    rows = list(people)
    posts = queries.posts_of(p.id for p in rows)
    return [
        {c.name: getattr(p, c.name) for c in EXPORTED if c.name in OF_PERSON}
        | _job(posts.get(p.id))
        for p in rows
    ]


@dataclass
class Roster:
    """One comparison of a sheet with the people stored, for somebody, on a day."""

    actor: Actor
    day: date
    drafts: dict[int, dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    def compare(self, table: Table) -> Preview:
        """Say what each row would do."""
        self.drafts, self.seen = {}, {}
        self.stock = Stock(self.actor)
        return Preview([self._row(row) for row in table.rows])

    def write(self, preview: Preview, note: Mapping[str, Any]) -> None:
        """Write the rows that are new or changed."""
        wanted = [r.number for r in preview.rows if r.change in (Change.NEW, Change.CHANGED)]
        services.take_roster([self.drafts[n] for n in wanted], self.actor, note)

    def _row(self, row: Row) -> PreviewRow:
        cells = {name: value for name, value in row.cells.items() if value not in (None, "")}
        found: list[Problem] = []
        identity = self._identity(cells, found)
        person = self._person(cells, identity, found)
        organisation = self._employer(cells, person, found)
        twin = self._twin(row.number, cells)
        if twin is not None and not found:
            return twin
        stored = self.stock.stored(person, identity) if person else None
        if organisation and (stored or {}).get("employer") != organisation.code:
            cells.setdefault("since", self.day)
        self._draft(row.number, cells, person, organisation, stored)
        return compare(row.number, cells, stored, tuple(found))

    def _identity(self, cells: dict[str, Any], found: list[Problem]) -> Identity | None:
        """Check the identity number, and put its normal form into the cells."""
        if "id_number" not in cells:
            cells.pop("id_type", None)
            return None
        cells.setdefault("id_type", "resident")
        identity = read_identity(cells["id_type"], cells["id_number"])
        if isinstance(identity, Message):
            found.append(Problem(N_("Identity number"), identity))
            cells["id_number"] = normal(cells["id_number"])
            return None
        cells["id_number"] = identity.number
        return identity

    def _person(
        self, cells: Mapping[str, Any], identity: Identity | None, found: list[Problem]
    ) -> Person | None:
        """Find who is meant: by identity, by worker number, or without both by name and employment."""
        by_identity = self.stock.by_identity(identity)
        by_number = self.stock.by_number.get(cells.get("number", ""))
        person = by_identity or by_number
        if by_identity and by_number and by_identity is not by_number:
            text = N_(
                "The worker number and the identity number belong to two people: %(a)s and %(b)s."
            )
            found.append(
                Problem(N_("Worker number"), say(text, a=by_number.name, b=by_identity.name))
            )
        elif by_number and identity and by_number.id_index and not by_identity:
            text = N_("%(name)s has this worker number, with another identity number.")
            found.append(Problem(N_("Worker number"), say(text, name=by_number.name)))
        elif person is None and not identity and "number" not in cells:
            person = self.stock.nameless(cells)
        if person is not None and not self.stock.is_ours(person):
            text = N_(
                "This is somebody of an organisation that is not yours. Ask who administers both."
            )
            found[:] = [Problem(N_("Worker number"), say(text))]
            return None
        return person

    def _employer(
        self, cells: dict[str, Any], person: Person | None, found: list[Problem]
    ) -> Organisation | None:
        """Find the employer, by code or name, among the actor's own."""
        named = cells.get("employer")
        if not named:
            if person is None and not self.stock.reaches_all:
                found.append(Problem(N_("Employer"), say(N_("Name the employer of a new person."))))
            return None
        organisation = self.stock.employer(named)
        if organisation is None:
            text = N_("No organisation of yours has the code or the name “%(named)s”.")
            found.append(Problem(N_("Employer"), say(text, named=named)))
            return None
        cells["employer"] = organisation.code
        return organisation

    def _twin(self, number: int, cells: dict[str, Any]) -> PreviewRow | None:
        """Recognise a second row of the same person; with other values it is a problem."""
        key = cells.get("id_number") or cells.get("number")
        first = self.seen.setdefault(key, (number, dict(cells))) if key else None
        if first is None or first[0] == number:
            return None
        text = N_("The same person as in row %(row)s: already there.")
        severity: Any = "notice"
        if first[1] != cells:
            text = N_(
                "The same person as in row %(row)s, with other values. Keep one of the two rows."
            )
            severity = "error"
        problem = Problem(f"{number}", say(text, row=first[0]), severity)
        change = Change.PROBLEM if severity == "error" else Change.SAME
        return PreviewRow(number, change, cells, problems=(problem,))

    def _draft(
        self,
        number: int,
        cells: Mapping[str, Any],
        person: Person | None,
        organisation: Organisation | None,
        stored: Mapping[str, Any] | None,
    ) -> None:
        """Note what would be written for a row."""
        job: dict[str, Any] | None = None
        before = {name: (stored or {}).get(name) for name in OF_JOB}
        if organisation and any(cells[n] != before[n] for n in OF_JOB if n in cells):
            post = self.stock.posts.get(person.id) if person else None
            same = (
                post
                if post and post.organisation_id == organisation.id and not post.until
                else None
            )
            job = {"organisation": organisation, "employment": same}
            job["since"] = cells.get("since") or (same.since if same else self.day)
            if "post" in cells:
                job["post"] = cells["post"]
            if "is_line_worker" in cells:
                job["is_line_worker"] = cells["is_line_worker"] == "yes"
        values = {name: cells[name] for name in OF_PERSON if name in cells}
        self.drafts[number] = {"person": person, "values": values, "job": job}


class Stock:
    """The people and employers a sheet is compared with, read once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        people = queries.everybody()
        self.posts = queries.posts_of(p.id for p in people)
        self.by_number = {p.number: p for p in people if p.number}
        self._by_index = {(p.id_type, p.id_index): p for p in people if p.id_index}
        own = organisations.visible_to(actor, Role.ORGANISER)
        self._codes = {fold_code(o.code): o for o in own}
        names = [o.name for o in own]
        self._names = (
            {o.name: o for o in own if names.count(o.name) == 1} if len(own) < 2000 else {}
        )
        root = organisations.root()
        self.root = root.path if root else "/"
        self.reaches_all = actor.may(Role.ORGANISER, self.root)
        self._nameless: dict[Any, list[Person]] = {}
        for p in people:
            if not p.number:
                job = _job(self.posts.get(p.id))
                self._nameless.setdefault((p.name, job.get("employer")), []).append(p)

    def by_identity(self, identity: Identity | None) -> Person | None:
        """Find who has this identity."""
        return self._by_index.get((identity.kind, blind(identity.number))) if identity else None

    def employer(self, named: str) -> Organisation | None:
        """Find an own organisation by code or name."""
        return self._codes.get(fold_code(named)) or self._names.get(named.strip())

    def is_ours(self, person: Person) -> bool:
        """Say whether the actor may write about a person."""
        post = self.posts.get(person.id)
        return self.actor.may(Role.ORGANISER, post.organisation.path if post else self.root)

    def nameless(self, cells: Mapping[str, Any]) -> Person | None:
        """Find a person without a number by name and employer; each is found once."""
        employer = self.employer(cells["employer"]) if "employer" in cells else None
        known = self._nameless.get((cells.get("name"), employer.code if employer else None), [])
        return known.pop(0) if known else None

    def stored(self, person: Person, identity: Identity | None) -> dict[str, Any]:
        """Give what is stored of a person in the words of the sheet."""
        values = {name: getattr(person, name) for name in OF_PERSON if name != "id_number"}
        if identity and person.id_index == blind(identity.number):
            values["id_number"] = identity.number
        elif person.id_index:
            values["id_number"] = queries.identity_of(person)
        return values | _job(self.posts.get(person.id))


def _job(post: Employment | None) -> dict[str, Any]:
    """Give an employment in the words of the sheet; one that ended is none."""
    if post is None or post.until is not None:
        return {}
    line = "yes" if post.is_line_worker else "no"
    return {
        "employer": post.organisation.code,
        "since": post.since,
        "post": post.post,
        "is_line_worker": line,
    }
