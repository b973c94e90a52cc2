"""Looking at a design before it is published: the true page, for somebody typical and for the worst, and a sample."""

from __future__ import annotations

import atexit
import io
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pypdfium2
from PIL import Image, UnidentifiedImageError

from skillhub.designs import kinds, queries, rules
from skillhub.designs.kinds.text import PREFIX
from skillhub.designs.rules import Document
from skillhub.kernel import areas
from skillhub.kernel.access import STRANGER
from skillhub.kernel.errors import Conflict, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Facts, Template, complete, spoken, template_of
from skillhub.kernel.pdf import Press, RenderRefused
from skillhub.kernel.preflight import preflight
from skillhub.kernel.resolution import LEAST, READING
from skillhub.kernel.settings import settings

EDGE, THUMB = 1400, 560  # dots on the long edge of a picture of a page
WHOM = {
    "typical": N_("Somebody typical"),
    "longest": N_("The longest name"),
    "shortest": N_("The shortest name"),
    "rarest": N_("The rarest character"),
    "missing": N_("Nothing but what must be"),
    "two_lines": N_("The longest award"),
    "leftward": N_("A name from right to left"),
}
LONGEST = "Maria Fernanda de los Ángeles Villavicencio-Echeverría Mendoza"
TITLE = "第十二届北岸市职业技能大赛数控铣项目（职工组）个人全能一等奖暨北岸市技术能手称号"
TITLE_EN = (
    "First Prize in the All-round Individual Event for Employees, with the Title Technical Expert"
)
STAND_INS: Mapping[str, Facts] = {
    "typical": {},
    "longest": {"holder_name": LONGEST, "holder_latin": ""},
    "shortest": {"holder_name": "Ng", "holder_latin": ""},
    "rarest": {"holder_name": "𡈼𠮷龘", "holder_latin": "Ren Jilong"},
    "missing": {},
    "two_lines": {"award": TITLE, "award_en": TITLE_EN},
    "leftward": {"holder_name": "محمد عبد الله الفارسي", "holder_latin": ""},
}
MUST = ("holder_name", "number", "verify_url", "issued_on")
SIGNED = ("signatories", "signatory_roles", "date_zh", "date_en", "place")
MARK = '\n<div class="sample" lang="en">SAMPLE 样张</div>\n'
MARK_STYLE = (
    "\n.sample{position:absolute;z-index:-1;left:0;top:0;width:100%%;text-align:center;white-space:nowrap;"
    'margin-top:%smm;font:700 %spt/1 "Noto Sans SC";color:#f3c6c6;'
    "transform:rotate(-%sdeg)}\n"
)


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it would be printed: its picture, what was found, where each text stands and what it says."""

    png: bytes
    findings: list[Problem]
    boxes: list[dict[str, Any]] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)


_warm: list[Press] = []
_warming = threading.Lock()


def press() -> Press:
    """Give the press for looking, warm for all who draw; it ends with the process."""
    with _warming:
        if not _warm:
            _warm.append(Press())
            atexit.register(_warm[0].close)
    return _warm[0]


def look(
    code: str, document: Document, pictures: Mapping[str, bytes], facts: Facts, language: str = ""
) -> Look:
    """Look at a page of a document, saved or not. What cannot be printed is left out and named."""
    known = queries.known_facts()
    findings = kinds.wrong(document, known, pictures) + coarse(document, pictures)
    fields = kinds.printable(document, known, pictures)
    template = _in(queries.drawn(code, document, fields, pictures), language)
    found = [_own(problem) for problem in preflight(template, facts)]
    words = _words(template, facts)
    lost = {problem.where for problem in found}
    if lost & {field.id for field in fields}:
        fields = [field for field in fields if field.id not in lost]
        template = _in(queries.drawn(code, document, fields, pictures), language)
    try:
        png, boxes = press().look(template, facts, EDGE)
    except RenderRefused as refusal:
        named = _field_of(refusal)
        told = say(refusal.message.text, detail=refusal.detail.removeprefix(PREFIX))
        own = Problem(named, told)
        if named not in {one.id for one in fields}:
            return Look(b"", [*findings, *found, own], [], words)
        fields = [one for one in fields if one.id != named]
        template = _in(queries.drawn(code, document, fields, pictures), language)
        return _without(template, facts, [*findings, *found, own], words)
    return Look(png, findings + found, [_tenths(box) for box in boxes], words)


def _without(
    template: Template, facts: Facts, findings: list[Problem], words: dict[str, str]
) -> Look:
    """Look once more at a page from which the field that the press refused was taken."""
    try:
        png, boxes = press().look(template, facts, EDGE)
    except RenderRefused as refusal:
        return Look(b"", [*findings, Problem("", refusal.message)], [], words)
    return Look(png, findings, [_tenths(box) for box in boxes], words)


def _field_of(refusal: RenderRefused) -> str:
    """Name the field that a refusal is about; nothing where it is about the page."""
    name = refusal.detail.partition(":")[0].partition(",")[0].strip()
    return name.removeprefix(PREFIX) if name.startswith(PREFIX) else ""


def coarse(document: Document, pictures: Mapping[str, bytes]) -> list[Problem]:
    """Find pictures with too few dots for the place they fill."""
    sizes = {name: _dots(content) for name, content in pictures.items()}
    placed = [("art", one.file, one.width, one.height) for one in document.art]
    placed += [(f.id, f.file, f.width, f.height) for f in document.fields if f.file]
    found = []
    for where, name, width, height in placed:
        across, down = sizes.get(name) or (0, 0)
        dots = int(min(across / width, down / height) * 254 + 0.5)
        if across and dots < LEAST:
            text = N_("“%(name)s” has %(dots)s dpi at this size; print needs %(least)s.")
            message = say(text, name=name, dots=dots, least=LEAST)
            found.append(Problem(where, message, "warning"))
    return found


def tried(template: Template) -> tuple[bytes, RenderRefused | None]:
    """Print a template for somebody typical behind the walls of the press: its picture, or why it was refused."""
    facts, _ = somebody("typical", [])
    try:
        return press().look(template, facts, EDGE)[0], None
    except RenderRefused as refusal:
        return b"", refusal


@cache
def start_picture(code: str) -> bytes:
    """Draw a start of the house as it prints for somebody typical; raises NotFound."""
    start = queries.start_of(code, STRANGER)
    document, _ = rules.read(start.document)
    pictures = {name: held[0] for name, held in start.pictures.items()}
    if document is None:
        raise NotFound
    png = look(code, document, pictures, somebody("typical", [])[0]).png
    small = io.BytesIO()
    with Image.open(io.BytesIO(png)) as drawn:
        drawn.thumbnail((THUMB, THUMB))
        drawn.save(small, "PNG", optimize=True)
    return small.getvalue()


def sample(template: Template, facts: Facts) -> bytes:
    """Print a sample: it says so across the page, and its code leads nowhere."""
    wide, high = _millimetres(template)
    size = f"{min(wide, high) / 6 / 0.3528:.0f}"
    turn = "35" if wide > high else "55"
    style = MARK_STYLE % (f"{high / 2 - min(wide, high) / 12:.1f}", size, turn)
    files = {
        **template.files,
        "page.html": template.files["page.html"] + MARK.encode(),
        "page.css": template.files["page.css"] + style.encode(),
    }
    marked = template_of(template.code, files)
    dead = facts_of(facts)
    pdf = press().look(replace(marked, about=template.about), dead)[0]
    if not _says_so(pdf):
        raise Conflict(say(N_("This template hides the word SAMPLE, so no sample is given out.")))
    return pdf


def _says_so(pdf: bytes) -> bool:
    with READING, pypdfium2.PdfDocument(pdf) as opened:
        return "SAMPLE 样张" in opened[0].get_textpage().get_text_bounded()


def facts_of(person: Facts) -> dict[str, Any]:
    """Give what a paper of somebody would say, with the number of a sample and a code that leads nowhere."""
    given = {name: value for name, value in queries.examples().items() if name in (*MUST, *SIGNED)}
    length = len(settings.public_url.rstrip("/")) + len("/v/") + 27
    dead = "https://sample.invalid/v/"
    return {**given, **person, "verify_url": dead.ljust(length, "x"), "number": "SAMPLE-00000"}


def somebody(whom: str, people: Sequence[Facts]) -> tuple[dict[str, Any], int]:
    """Choose the worst of a real list, or somebody invented; gives the facts and the place in the list (-1: none)."""
    chosen = _worst(whom, people)
    if chosen >= 0:
        return facts_of(people[chosen]), chosen
    kept = (*MUST, *SIGNED, "award", "award_en")
    base = queries.examples()
    if whom == "missing":
        base = {name: value for name, value in base.items() if name in kept}
    base = {n: v for n, v in base.items() if n not in ("members", "citation", "citation_en")}
    return facts_of({**base, **STAND_INS.get(whom, {})}), -1


def _worst(whom: str, people: Sequence[Facts]) -> int:
    """Find who in a list is hardest in one respect; -1 where nobody is."""
    if not people:
        return -1
    names = [str(one.get("holder_name", "")) for one in people]
    by_length = sorted(range(len(people)), key=lambda n: (_width(names[n]), n))
    if whom == "leftward":
        return next((n for n, name in enumerate(names) if _leftward(name)), -1)
    if whom == "missing":
        return max(range(len(people)), key=lambda n: (sum(not v for v in people[n].values()), -n))
    if whom == "two_lines":
        return max(range(len(people)), key=lambda n: (_width(str(people[n].get("award", ""))), -n))
    if whom == "rarest":
        return max(range(len(people)), key=lambda n: (max(map(ord, names[n]), default=0), -n))
    at = {"longest": -1, "shortest": 0}.get(whom, len(people) // 2)
    return by_length[at]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _leftward(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def _in(template: Template, language: str) -> Template:
    possible = language in template.about.languages
    return spoken(template, language) if language and possible else template


def _own(problem: Problem) -> Problem:
    """Name the field a finding is about, not the box it has in the template."""
    return replace(problem, where=problem.where.removeprefix(PREFIX))


def _words(template: Template, facts: Facts) -> dict[str, str]:
    given = complete(template.about, facts)
    return {
        name.removeprefix(PREFIX): str(value)
        for name, value in given.items()
        if name.startswith(PREFIX)
    }


def _tenths(box: Mapping[str, Any]) -> dict[str, Any]:
    """Give a drawn box in the measures of a document."""
    measures = {key: round(box[key] * 10, 1) for key in ("x", "y", "width", "height", "size")}
    return {"id": box["fact"].removeprefix(PREFIX), "lines": box["lines"], **measures}


def _dots(content: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(content)) as opened:
            return opened.size
    except (UnidentifiedImageError, OSError):
        return None


def _millimetres(template: Template) -> tuple[float, float]:
    """Say how wide and high a page is."""
    area = areas.read(template.about.size)
    return float(area.width), float(area.height)
