"""The pictures of a template before printing: whether they are there, and fine enough at their printed size."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Template
from skillhub.kernel.pdf import Press, RenderRefused

LEAST = 200  # dots to an inch at the printed size
NAMED = re.compile(rb"template:([\w.-]+)")
POINTS = 72  # to an inch
READING = threading.Lock()  # the library that reads pages bears one thread at a time
_known: dict[str, list[Problem]] = {}


def pictures(template: Template) -> list[Problem]:
    """List the pictures that are not in the template's folder (errors), and those too coarse in print (warnings)."""
    if template.sha256 not in _known:
        _known[template.sha256] = list(_missing(template)) or list(_coarse(template))
    return _known[template.sha256]


def _missing(template: Template) -> Iterator[Problem]:
    asked = (
        NAMED.findall(text)
        for name, text in template.files.items()
        if name.endswith((".html", ".css"))
    )
    for name in sorted(
        {found.decode() for names in asked for found in names} - set(template.files)
    ):
        text = N_("The template has no picture “%(name)s”, and its page asks for it.")
        yield Problem(template.code, say(text, name=name))


def _coarse(template: Template) -> Iterator[Problem]:
    """Print the example once and measure; a template drawn in lines alone has nothing to measure."""
    if not any(name.endswith((".png", ".jpg")) for name in template.files):
        return
    try:
        with Press() as press:
            pdf = press.render(template, template.about.example)
    except RenderRefused as refusal:
        yield Problem(template.code, refusal.message)
        return
    for wide, high, dots in measured(pdf):
        if dots < LEAST:
            text = N_("A picture of %(size)s dots has %(dots)s dpi in print; it needs %(least)s.")
            message = say(text, size=f"{wide} × {high}", dots=dots, least=LEAST)
            yield Problem(template.code, message, "warning")


def measured(pdf: bytes) -> list[tuple[int, int, int]]:
    """Measure the pictures on the first page of a PDF: dots across, dots down, and the lesser dots to an inch."""
    found = []
    with READING, pypdfium2.PdfDocument(pdf) as document:
        for picture in document[0].get_objects(filter=[FPDF_PAGEOBJ_IMAGE]):
            wide, high = picture.get_px_size()
            left, low, right, top = picture.get_bounds()
            inches = ((right - left) / POINTS, (top - low) / POINTS)
            found.append((wide, high, int(min(wide / inches[0], high / inches[1]) + 0.5)))
    return found
