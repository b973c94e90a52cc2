"""What keeps a file from being PDF/A-3a and PDF/UA-1, as far as its structure tells: a list of sentences.

This is no full validator. It reads what went wrong in practice: claims, colours, fonts, pictures, the structure tree,
the document information, the attachment.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf

from skillhub.kernel.archive.claims import DATES, moment
from skillhub.kernel.archive.drawn import drawn
from skillhub.kernel.archive.tree import tree

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PLACES = {
    "/Title": "{http://purl.org/dc/elements/1.1/}title",
    "/Author": "{http://purl.org/dc/elements/1.1/}creator",
    "/Subject": "{http://purl.org/dc/elements/1.1/}description",
    "/Keywords": "{http://ns.adobe.com/pdf/1.3/}Keywords",
    "/Producer": "{http://ns.adobe.com/pdf/1.3/}Producer",
    "/Creator": "{http://ns.adobe.com/xap/1.0/}CreatorTool",
    "/CreationDate": "{http://ns.adobe.com/xap/1.0/}CreateDate",
    "/ModDate": "{http://ns.adobe.com/xap/1.0/}ModifyDate",
}
CLAIMS = {
    "{http://www.aiim.org/pdfa/ns/id/}part": "3",
    "{http://www.aiim.org/pdfa/ns/id/}conformance": "A",
    "{http://www.aiim.org/pdfua/ns/id/}part": "1",
}
ACTIVE = ("/OpenAction", "/AA", "/Requirements", "/NeedsRendering")
NOTHING: Any = {}
DICTIONARIES = (pikepdf.Dictionary, pikepdf.Stream)
RUNS = (pikepdf.Name.JavaScript, pikepdf.Name.Launch)
PRINT, HIDDEN, INVISIBLE, NO_VIEW = 4, 2, 1, 32


def findings(pdf: bytes) -> list[str]:
    """List what is wrong with a file; nothing when it is what it claims to be."""
    found: list[str] = []
    if pdf[:8] != b"%PDF-1.7" or min(pdf[10:14], default=0) < 128:
        found.append("header: not PDF 1.7 with a line of bytes over 127")
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for look in LOOKS:
            found += look(file)
    return found


def _whole(file: pikepdf.Pdf) -> Iterator[str]:
    if file.is_encrypted:
        yield "file: encrypted"
    if "/ID" not in file.trailer:
        yield "file: no identifier"
    for name in ACTIVE:
        if name in file.Root:
            yield f"catalog: {name} makes the file do something"
    for thing in file.objects:
        if isinstance(thing, DICTIONARIES) and thing.get("/S") in RUNS:
            yield f"object {thing.objgen[0]}: an action that runs something"
        if isinstance(thing, pikepdf.Stream) and "LZW" in str(thing.get("/Filter", "")):
            yield f"object {thing.objgen[0]}: packed by LZW"


def _claims(file: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in file.Root:
        yield "XMP: none"
        return
    stream = file.Root.Metadata
    if "/Filter" in stream:
        yield "XMP: packed, so that nobody finds it"
    text = bytes(stream.read_bytes())
    try:
        # No entities: XMP has no declaration in which one could be made.
        values = dict(_values(ET.fromstring(text)))  # noqa: S314
    except ET.ParseError as error:
        yield f"XMP: {error}"
        return
    for name, wanted in CLAIMS.items():
        if values.get(name) != wanted:
            yield f"XMP: {name.partition('}')[2]} is {values.get(name)}, not {wanted}"
    yield from _agree({key: str(value) for key, value in file.docinfo.items()}, values)


def _agree(said: Mapping[str, str], values: Mapping[str, str]) -> Iterator[str]:
    """See that the information and the XMP say the same."""
    if not said.get("/Title"):
        yield "information: no title"
    for key, value in said.items():
        expected = moment(value) if key in DATES else value
        if key in PLACES and values.get(PLACES[key]) != expected:
            yield f"XMP: {key} is {values.get(PLACES[key])}, and {expected} in the information"


def _values(whole: ET.Element) -> Iterator[tuple[str, str]]:
    """List the properties of a description: as attributes, as elements, or as the one item of a list."""
    for description in whole.iter(f"{RDF}Description"):
        yield from description.attrib.items()
        for one in description:
            items = [item.text or "" for item in one.iter(f"{RDF}li")]
            yield one.tag, ", ".join(items) if items else one.text or ""


def _colours(file: pikepdf.Pdf) -> Iterator[str]:
    intents = [i for i in file.Root.get("/OutputIntents", []) if i.S == pikepdf.Name.GTS_PDFA1]
    if len(intents) != 1:
        yield f"colours: {len(intents)} output intents for PDF/A"
        return
    profile = intents[0].get("/DestOutputProfile")
    data = b"" if profile is None else bytes(profile.read_bytes())
    if data[36:40] != b"acsp" or data[16:20] != b"RGB " or profile is None or profile.N != 3:
        yield "colours: the output intent holds no RGB profile"


def _pictures(file: pikepdf.Pdf) -> Iterator[str]:
    for thing in file.objects:
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == pikepdf.Name.Image:
            for name in ("/Alternates", "/OPI"):
                if name in thing:
                    yield f"picture {thing.objgen[0]}: {name}"
            if thing.get("/Interpolate"):
                yield f"picture {thing.objgen[0]}: Interpolate"


def _attachment(file: pikepdf.Pdf) -> Iterator[str]:
    linked = list(file.Root.get("/AF", []))
    names = list(file.Root.get("/Names", NOTHING).get("/EmbeddedFiles", NOTHING).get("/Names", []))
    if not linked or names[1::2] != linked:
        yield "attachment: not both linked to the document and listed by name"
    for spec in linked:
        if spec.get("/AFRelationship") != pikepdf.Name.Data:
            yield "attachment: not said to be the data"
        if not (spec.get("/F") and spec.get("/UF")):
            yield "attachment: no name"
        inside = spec.EF.F
        if inside.get("/Subtype") != pikepdf.Name("/application/json"):
            yield "attachment: not said to be JSON"
        elif inside.Params.Size != len(bytes(inside.read_bytes())):
            yield "attachment: of another length than it says"


def _annotations(file: pikepdf.Pdf) -> Iterator[str]:
    for page in file.pages:
        notes = list(page.obj.get("/Annots", []))
        if notes and page.obj.get("/Tabs") != pikepdf.Name.S:
            yield "page: its annotations are not visited in the order of the structure"
        for note in notes:
            flags = int(note.get("/F", 0))
            if not flags & PRINT or flags & (HIDDEN | INVISIBLE | NO_VIEW):
                yield f"annotation {note.objgen[0]}: hidden, or not printed"
            if not (note.get("/Contents") or note.get("/TU")):
                yield f"annotation {note.objgen[0]}: without words"
            if "/StructParent" not in note:
                yield f"annotation {note.objgen[0]}: not in the structure tree"
            rect = [float(side) for side in note.Rect]
            if "/AP" not in note and (rect[0] != rect[2] or rect[1] != rect[3]):
                yield f"annotation {note.objgen[0]}: without appearance"


Look = Callable[[pikepdf.Pdf], Iterator[str]]
LOOKS: tuple[Look, ...] = (
    *(_whole, _claims, _colours, _pictures),
    *(_attachment, _annotations, tree, drawn),
)


def attached_facts(pdf: bytes) -> Any:
    """Give the attached facts as bytes; None when there are none."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        linked = list(file.Root.get("/AF", []))
        return bytes(linked[0].EF.F.read_bytes()) if linked else None
