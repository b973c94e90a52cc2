"""What can stand on a page, and the making of a template's files from a whole document."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from skillhub.designs.kinds import code, fact, image, text
from skillhub.designs.kinds.text import PREFIX, mm
from skillhub.designs.rules import FACES, NEEDED, TEXTUAL, Document, Field
from skillhub.kernel.composing import LANGUAGES
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Fact, Facts

KINDS = (fact.KIND, text.KIND, image.KIND, code.KIND)
BY_CODE = {kind.code: kind for kind in KINDS}
SIZES = {
    (width, height): f"{name} {way}"
    for name, short, long in (("A3", 2970, 4200), ("A4", 2100, 2970), ("A5", 1480, 2100))
    for way, (width, height) in (("portrait", (short, long)), ("landscape", (long, short)))
}
ALWAYS = (  # asked for by the head of every page, and by what is made of it
    *("issued_on", "only_zh", "only_en", "holder_name", "award", "award_en"),
    *("issuer", "issuer_en", "number", "verify_url"),
)
STYLE = """@page { size: %s; margin: 0 }
body { margin: 0; font-family: "Noto Serif SC" }
p { margin: 0; font-weight: 400; overflow-wrap: anywhere }
.frame { position: absolute; display: table; margin: 0 }
.in { display: table-cell }
"""
PAGE = """<!DOCTYPE html>
<html lang="{%% if only_en %%}en{%% else %%}zh-Hans{%% endif %%}">
<head>
<title>{{ award or award_en }} {{ holder_name }}</title>
<meta name="author" content="{{ issuer or issuer_en }}">
{%% if issued_on %%}<meta name="dcterms.created" content="{{ issued_on }}">{%% endif %%}
</head>
<body>
%s
</body>
</html>
"""


def wrong(document: Document, known: Mapping[str, Fact], files: Collection[str]) -> list[Problem]:
    """List why papers cannot be printed by a document, each with the field and the remedy."""
    found = [*_page(document, files), *_lacking(document)]
    for field in document.fields:
        found += BY_CODE[field.kind].wrong(field, known, files)
        found += _beyond(document, field)
    unknown = [name for name in document.required if name not in known]
    if unknown:
        message = say(N_("No paper knows these facts: %(names)s."), names=", ".join(unknown))
        found.append(Problem("required", message))
    return found


def printable(document: Document, known: Mapping[str, Fact], files: Collection[str]) -> list[Field]:
    """Give the fields that can be printed as they are: a preview leaves the others out."""
    ids = [field.id for field in document.fields]
    return [
        field
        for n, field in enumerate(document.fields)
        if not list(BY_CODE[field.kind].wrong(field, known, files)) and ids.index(field.id) == n
    ]


def files_of(
    document: Document,
    fields: Collection[Field],
    known: Mapping[str, Fact],
    example: Facts,
    art: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Make the files of a template: the same document, always the same bytes."""
    styles = [BY_CODE[field.kind].css(field) for field in fields]
    body = [BY_CODE[field.kind].html(field, known) for field in fields]
    return {
        "about.toml": _about(document, fields, known, example, art).encode(),
        "page.css": (STYLE % page_size(document) + "\n".join(styles) + "\n").encode(),
        "page.html": (PAGE % "\n".join(body)).encode(),
        **{name: art[name] for name in document.files if name in art},
    }


def page_size(document: Document) -> str:
    """Name the size of the page as CSS does."""
    given = (document.width, document.height)
    return SIZES.get(given) or f"{mm(document.width)} {mm(document.height)}"


def _about(
    document: Document,
    fields: Collection[Field],
    known: Mapping[str, Fact],
    example: Facts,
    art: Mapping[str, bytes],
) -> str:
    boxes = {f.id: row for f in fields if (row := BY_CODE[f.kind].row(f, known))}
    asked = dict.fromkeys((*ALWAYS, *document.required, *(n for f in fields for n in f.facts)))
    names = [name for name in asked if name in known]
    spoken = document.languages
    ground = [one for one in document.art if one.file in art]
    head: dict[str, Any] = {
        "pages": 1,
        "size": page_size(document),
        "under": ground[0].file if ground else "",
        "prove": [PREFIX + one for one in boxes],
        "languages": spoken if len(spoken) > 1 else [],
        "art": [
            {"file": one.file}
            | {key: getattr(one, key) / 10 for key in ("x", "y", "width", "height")}
            for one in ground
        ],
        "title": {one: document.title.get(one) or _other(document.title) for one in LANGUAGES},
        "example": {name: example[name] for name in names if name in example},
        "faces": {
            key: {"latin": list(face.latin), "han": list(face.han)} for key, face in FACES.items()
        },
    }
    if len(spoken) == 1:
        head["language"] = spoken[0]
    lines = [f"{key} = {_toml(value)}" for key, value in head.items()]
    rows = {name: _raw(known[name], document.required) for name in names}
    rows |= {PREFIX + one: row for one, row in boxes.items()}
    lines += ["", "[facts]", *(f"{name} = {_toml(row)}" for name, row in rows.items())]
    return "\n".join(lines) + "\n"


def _raw(fact: Fact, required: Collection[str]) -> dict[str, Any]:
    """Write a fact of which texts are made: it stands in no box of its own."""
    row = {"label": dict(fact.label), "personal": fact.personal, "many": fact.many}
    needed = fact.name in (*NEEDED, "verify_url", *required)
    return row | {"speaks": fact.speaks, "en": fact.en, "required": needed}


def _toml(value: Any) -> str:
    """Write a plain value."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _other(title: Mapping[str, str]) -> str:
    return next((words for words in title.values() if words), "")


def _page(document: Document, files: Collection[str]) -> Iterator[Problem]:
    if min(document.width, document.height) < 300 or max(document.width, document.height) > 6000:
        yield Problem("page", say(N_("A page is 30 to 600 mm wide and high.")))
    for one in document.art:
        if one.file not in files:
            message = say(
                N_("There is no picture “%(name)s”. Send it, or choose another."), name=one.file
            )
            yield Problem("art", message)


def _lacking(document: Document) -> Iterator[Problem]:
    """Find what every paper needs, and fields that share a name."""
    printed = {name for field in document.fields for name in field.facts}
    for name in NEEDED:
        if name not in printed:
            message = say(N_("Every paper prints %(name)s: add a field for it."), name=name)
            yield Problem("", message)
    codes = [field for field in document.fields if field.kind == "code"]
    if len(codes) != 1:
        yield Problem("", say(N_("Every paper has one code to verify it by: add it, once.")))
    ids = [field.id for field in document.fields]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield Problem(twice, say(N_("Two fields have this name. Rename one.")))


def _beyond(document: Document, field: Field) -> Iterator[Problem]:
    """Find a field that reaches over the edge of the page."""
    over = max(field.x + field.width - document.width, field.y + field.height - document.height)
    if over > 0:
        message = say(
            N_("It reaches %(mm)s mm over the edge of the page. Move it, or make it smaller."),
            mm=f"{over / 10:g}",
        )
        yield Problem(field.id, message)


__all__ = ["BY_CODE", "KINDS", "TEXTUAL", "files_of", "page_size", "printable", "wrong"]
