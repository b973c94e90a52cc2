"""The document of a design as rows of plain answers and back, and what a new field looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from skillhub.designs.rules import KEYS

LETTERS = {
    "face": "serif",
    "weight": 400,
    "size": 140,
    "least": 90,
    "lines": 1,
    "leading": 130,
    "spacing": 0,
    "align": "center",
    "valign": "middle",
    "colour": "#000000",
    "policy": "shrink",
    "empty": "hide",
    "placeholder": "",
}
ROOM = {"x": 0, "y": 0, "width": 1500, "height": 100, "locked": False}
SQUARE = {**ROOM, "width": 240, "height": 240}
FRESH: Mapping[str, Mapping[str, Any]] = {
    "fact": {
        "id": "fact",
        "kind": "fact",
        "fact": "",
        "before": "",
        "after": "",
        **ROOM,
        **LETTERS,
    },
    "text": {"id": "words", "kind": "text", "text": {"zh": "文字", "en": ""}, **ROOM, **LETTERS},
    "image": {"id": "picture", "kind": "image", "file": "", **SQUARE},
    "code": {"id": "code", "kind": "code", "colour": "#000000", **SQUARE},
}
LANGUAGES = ("zh", "en")
STEM = re.compile(r"_[0-9]+$")

Row = Mapping[str, Any]


def whole(document: Row) -> dict[str, Any]:
    """Give a document with every part that its format leaves to a default."""
    known = {**LETTERS, "locked": False, "before": "", "after": ""}
    parts = []
    for field in document["fields"]:
        own = {key: value for key, value in known.items() if key in KEYS[field["kind"]]}
        least = {"least": field["size"]} if "size" in field else {}
        letters = {"align": "left", "valign": "top", "weight": 400} if "size" in field else {}
        words = {"text": dict.fromkeys(LANGUAGES, "") | field["text"]} if "text" in field else {}
        parts.append({**own, **least, **letters, **field, **words})
    title = dict.fromkeys(LANGUAGES, "") | document["title"]
    rest = {"margin": 0, "art": [], "required": []}
    return {**rest, **document, "title": title, "fields": parts}


def rows_of(document: Row) -> list[dict[str, Any]]:
    """Give the fields of a whole document as flat rows, the lowest first."""
    found = []
    for place, field in enumerate(document["fields"], start=1):
        words = field.get("text", {})
        flat = {key: value for key, value in field.items() if key != "text"}
        found.append({**flat, **{one: words.get(one, "") for one in LANGUAGES}, "level": place})
    return found


def head_of(document: Row) -> dict[str, Any]:
    """Give what is said of the whole page."""
    art = document["art"]
    return {
        **{f"title_{one}": document["title"][one] for one in LANGUAGES},
        **document["page"],
        "margin": document["margin"],
        "under": art[0]["file"] if art else "",
        "required": document["required"],
    }


def document_of(before: Row, head: Row, rows: Iterable[Row], new: str = "") -> dict[str, Any]:
    """Make a document of answers; what they do not speak of stays as it is in the one before."""
    page = {"width": head["width"], "height": head["height"]}
    kept = sorted((row for row in rows if not row["remove"]), key=lambda row: row["level"])
    fields = [_field(row) for row in kept]
    if new:
        fields.append(_new(new, fields, page))
    under = [{"file": head["under"], "x": 0, "y": 0, **page}] if head["under"] else []
    return {
        **before,
        "title": {one: head[f"title_{one}"] for one in LANGUAGES},
        "page": page,
        "margin": head["margin"],
        "required": list(head["required"]),
        "art": [*under, *before["art"][1:]],
        "fields": fields,
    }


def _field(row: Row) -> dict[str, Any]:
    found = {key: row[key] for key in KEYS[row["kind"]] if key in row}
    if row["kind"] == "text":
        found["text"] = {one: row[one] for one in LANGUAGES}
    if found.get("nth", 0) is None:
        del found["nth"]  # all of them
    return found


def _new(wanted: str, fields: Iterable[Row], page: Mapping[str, int]) -> dict[str, Any]:
    """Make a field in the middle of the page: "text:", "code:", "fact:award", "image:seal.png"."""
    kind, _, what = wanted.partition(":")
    field = dict(FRESH[kind])
    if kind == "fact":
        field |= {"id": what, "fact": what}
    if kind == "image":
        field["file"] = what
    field["width"] = min(field["width"], page["width"])
    field["x"] = (page["width"] - field["width"]) // 2
    field["y"] = (page["height"] - field["height"]) // 2
    taken, stem, n = {one["id"] for one in fields}, field["id"], 2
    while field["id"] in taken:
        field["id"], n = f"{STEM.sub('', stem)[:26]}_{n}", n + 1
    return field
