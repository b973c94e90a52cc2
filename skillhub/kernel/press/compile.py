"""Compiling a plate, in the printing process: lay a page out twice and see that only the facts differ."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pikepdf
from jinja2 import Environment, nodes

from skillhub.kernel.paper import Facts, Template
from skillhub.kernel.press import check
from skillhub.kernel.press.block import block_of
from skillhub.kernel.press.check import Refused
from skillhub.kernel.press.page import Printer
from skillhub.kernel.press.plan import Plan, Plate, filled, mark
from skillhub.kernel.press.plate import NotStamped, cut, fuller, others
from skillhub.kernel.press.shape import Shape
from skillhub.kernel.press.stamp import Stamp

GROUND = b"/Artifact BMC q /Ground Do Q EMC\n"
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
AUTHOR = re.compile(r'<meta name="author" content="(.*?)">')


def plan_of(printer: Printer, template: Template, shape: Shape, room: int = 0) -> Plan:
    """Compile the plate of a shape; raises NotStamped, or Refused as for any page."""
    _only_presence(template)
    given, chosen = shape
    document, pdf = printer.laid_out(template, given, chosen)
    page = document.pages[0]
    if len(document.pages) != 1:
        raise NotStamped("more than one page")
    plate = cut(_content(pdf, template), page._page_box, template.about, given, chosen)

    other = others(template.about, given)
    second, again = printer.laid_out(template, other, chosen)
    content, box = _content(again, template), second.pages[0]._page_box
    if cut(content, box, template.about, other, chosen) != plate:
        raise NotStamped("the place of one text depends on another")
    said = _said(printer, template, given, pdf)
    _no_fact_in(pdf, plate, given)
    _, full = printer.laid_out(template, fuller(template.about, given), chosen, loose=True)
    plan = Plan(plate, block_of(printer.kept(template, given, full, room), room), said)
    _compare(printer, template, plan, given, pdf)
    _compare(printer, template, plan, other, again)
    return plan


def _compare(printer: Printer, template: Template, plan: Plan, given: Facts, pdf: bytes) -> None:
    """See that a stamped file looks as the engine's own."""
    tail = Stamp(template, plan).tail(given)
    if tail is None:
        raise NotStamped("the code of an address has another size")
    try:
        check.alike(plan.block.data + tail, printer.over(template, pdf))
        check.text(plan.block.data + tail, template.about, given)
    except Refused as refused:
        raise NotStamped(f"it looks otherwise: {refused.detail}") from refused


def _only_presence(template: Template) -> None:
    """Refuse a page that looks at what a fact says: it may ask only whether there is one."""
    tree = Environment().parse(template.files["page.html"].decode())  # noqa: S701  (parsed, never drawn)
    if tree.find(nodes.Compare) is not None or tree.find(nodes.Test) is not None:
        raise NotStamped("the page compares facts")


def _content(pdf: bytes, template: Template) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        page = file.pages[0].obj
        if "/Annots" in page:
            raise NotStamped("links")
        return (GROUND if template.about.under else b"") + bytes(page.Contents.read_bytes())


def _said(printer: Printer, template: Template, given: Facts, pdf: bytes) -> dict[str, str]:
    """Give what is said about the file, with marks where the facts stand."""
    facts = template.about.facts
    marked = {
        n: mark(n) if facts[n].personal and isinstance(v, str) and v else v
        for n, v in given.items()
    }
    page = printer.html(template, marked)
    found = {"/Title": TITLE.search(page), "/Author": AUTHOR.search(page)}
    with pikepdf.open(io.BytesIO(pdf)) as file:
        said = {key: str(value) for key, value in file.docinfo.items()}
    for key, match in found.items():
        if key in said:
            text = html.unescape(match[1]).strip() if match else ""
            if filled(text, given) != said[key]:
                raise NotStamped(key)
            said[key] = text
    return said


def _no_fact_in(pdf: bytes, plate: Plate, given: Facts) -> None:
    """Refuse when a text of a fact stands in an outline, an alternative text or anywhere else in the file."""
    names = {slot.name for slot in plate.slots}
    texts = {v for n, v in given.items() if n in names and isinstance(v, str) and len(v) > 1}
    with pikepdf.open(io.BytesIO(pdf)) as file:
        said = file.trailer.Info.objgen
        for thing in file.objects:
            for text in _strings(thing) if thing.objgen != said else ():
                if any(fact in text for fact in texts):
                    raise NotStamped(f"“{text[:40]}” stands outside the page too")


def _strings(thing: Any, depth: int = 4) -> Any:
    if isinstance(thing, pikepdf.String):
        yield str(thing)
    elif depth and isinstance(thing, pikepdf.Array) and not thing.is_indirect:
        for one in thing:
            yield from _strings(one, depth - 1)
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        for one in dict(thing.items()).values():
            if isinstance(one, pikepdf.Object) and not one.is_indirect and depth:
                yield from _strings(one, depth - 1)
