"""Writes the documents and the art of the starts anew: `python templates/designs/starts/draw.py`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "certificates"))

import guilloche as g  # noqa: E402
from borders import Parts, Sheet, braided, paper, watermark  # noqa: E402
from guilloche import Ink  # noqa: E402

BLUE = Ink("#fdfdfb", "#1f3a5f", "#b8924a", "#e9edf2")
GREEN = Ink("#fdfefb", "#1f4d3a", "#b08d57", "#e6efe8")
SLATE = Ink("#fcfcfa", "#2f3b4a", "#a9793b", "#e8ebee")
Row = dict[str, Any]


def at(x: int, y: int, width: int, height: int) -> Row:
    """Place a frame, in tenths of a millimetre."""
    return {"x": x, "y": y, "width": width, "height": height}


def kind(size: int, **more: Any) -> Row:
    """Say how a text is set; the defaults are those of most lines of ours."""
    usual = {"face": "display", "weight": 400, "least": round(size * 0.7 / 5) * 5, "lines": 1}
    look = {"leading": 120, "spacing": 3, "align": "center", "valign": "middle"}
    rest = {"colour": "#2b2f36", "policy": "shrink", "empty": "hide", "placeholder": ""}
    return {"size": size, **usual, **look, **rest, **more}


def fact(name: str, code: str, place: Row, look: Row, **more: Any) -> Row:
    """Print a fact."""
    row = {"id": name, "kind": "fact", "fact": code, "before": "", "after": "", "locked": False}
    return {**row, **more, **place, **look}


def text(name: str, zh: str, en: str, place: Row, look: Row) -> Row:
    """Print words of ours."""
    row = {"id": name, "kind": "text", "text": {"zh": zh, "en": en}, "locked": False}
    return {**row, **place, **look}


def code(place: Row, colour: str) -> Row:
    """Print the code by which a paper is verified."""
    return {"id": "code", "kind": "code", "locked": False, "colour": colour, **place}


def deed(x: int, y: int, width: int, ink: str) -> list[Row]:
    """Write who did what, from the line above the name to the place, 93 mm high."""
    strong = {"weight": 700, "colour": ink}
    name = kind(340, least=170, lines=2, leading=112, weight=700, spacing=6, empty="block")
    long = kind(120, least=95, lines=2)
    return [
        text("lead_zh", "兹证明", "", at(x, y, width, 60), kind(110, colour="#5d6470")),
        text("lead_en", "", "This certificate is presented to", at(x, y + 60, width, 60), kind(120, colour="#5d6470")),
        fact("name", "holder_name", at(x, y + 125, width, 190), name),
        fact("latin", "holder_latin", at(x, y + 315, width, 70), kind(150, least=110)),
        fact("unit", "organisation", at(x, y + 390, width, 105), kind(115, least=90, lines=2, leading=130)),
        text("deed_zh", "在{competition}{event}中荣获", "", at(x, y + 500, width, 120), kind(130, least=100, lines=2)),
        fact("award", "award", at(x, y + 620, width, 120), kind(260, least=120, lines=2, spacing=14, **strong)),
        fact("award_en", "award_en", at(x, y + 740, width, 88), kind(160, least=100, lines=2, **strong)),
        text("deed_en", "", "in {event_en}, {competition_en}", at(x, y + 830, width, 90), long),
    ]  # fmt: skip


def signed(x: int, y: int, width: int, nth: int) -> list[Row]:
    """Write who signs, and the office."""
    look = kind(105, least=80)
    return [
        fact(f"signs_{nth}", "signatories", at(x, y, width, 60), look, nth=nth),
        fact(f"office_{nth}", "signatory_roles", at(x, y + 60, width, 70), kind(85, least=70, lines=2), nth=nth),
    ]  # fmt: skip


def proof(x: int, y: int, side: int, ink: str) -> list[Row]:
    """Write the code with the number beneath it."""
    wide = at(x - 160, y + side + 15, side + 320, 50)
    return [
        code(at(x, y, side, side), ink),
        fact("number", "number", wide, kind(75, least=60, face="serif", spacing=2), before="No. "),
    ]


def dated(x: int, y: int, width: int) -> list[Row]:
    """Write who issues it, and when."""
    return [
        fact("issuer", "issuer", at(x, y, width, 70), kind(115, least=80, weight=700, spacing=8)),
        fact("issuer_en", "issuer_en", at(x, y + 70, width, 60), kind(105, least=70)),
        fact("date_zh", "date_zh", at(x, y + 130, width, 60), kind(105, least=80)),
        fact("date_en", "date_en", at(x, y + 190, width, 60), kind(105, least=80)),
    ]


def landscape() -> tuple[Row, str]:
    """Lay out A4 lying."""
    ink = BLUE.first
    head = kind(400, least=300, face="serif", weight=700, spacing=34, colour=ink)
    gold = kind(120, least=100, spacing=26, colour="#8a6a2c")
    fields = [
        text("heading", "荣誉证书", "", at(300, 265, 2370, 210), head),
        text("caption", "", "CERTIFICATE OF ACHIEVEMENT", at(300, 475, 2370, 70), gold),
        *deed(450, 560, 2070, ink),
        *signed(320, 1680, 460, 1), *signed(320, 1520, 460, 2),
        *dated(900, 1530, 1170),
        *proof(2350, 1510, 240, ink),
    ]  # fmt: skip
    title = {"zh": "横式证书", "en": "Certificate, lying"}
    return document(title, 2970, 2100, fields), drawn(
        Sheet(297, 210, (148.5, 105, 64), (0, 0, 0)), BLUE, 15, 3.4, 13
    )


def portrait() -> tuple[Row, str]:
    """Lay out A4 upright."""
    ink = GREEN.first
    head = kind(400, least=280, face="serif", weight=700, spacing=34, colour=ink)
    gold = kind(120, least=90, spacing=20, colour="#8a6a2c")
    fields = [
        text("heading", "荣誉证书", "", at(260, 420, 1580, 220), head),
        text("caption", "", "CERTIFICATE OF ACHIEVEMENT", at(260, 640, 1580, 70), gold),
        *deed(300, 830, 1500, ink),
        *signed(320, 1960, 640, 1), *signed(1140, 1960, 640, 2),
        *dated(300, 2240, 1000),
        *proof(1450, 2220, 240, ink),
    ]  # fmt: skip
    title = {"zh": "竖式证书", "en": "Certificate, upright"}
    return document(title, 2100, 2970, fields), drawn(
        Sheet(210, 297, (105, 148, 74), (0, 0, 0)), GREEN, 15, 3.4, 13
    )


def card() -> tuple[Row, str]:
    """Lay out a card as large as a bank's."""
    ink = SLATE.first
    left = {"align": "left", "spacing": 2}
    sans = left | {"face": "sans"}
    name = kind(150, least=80, lines=2, weight=700, empty="block", **left)
    head = kind(105, least=80, weight=700, colour=ink, **sans)
    gold = kind(65, least=55, colour="#8a6a2c", **sans)
    award = kind(90, least=55, lines=2, weight=700, colour=ink, **sans)
    english = kind(65, least=50, lines=2, leading=105, **sans)
    fields = [
        text("heading", "技能竞赛获奖证", "", at(60, 55, 560, 55), head),
        text("caption", "", "Skills competition award", at(60, 105, 560, 35), gold),
        fact("name", "holder_name", at(60, 160, 540, 85), name),
        fact("unit", "organisation", at(60, 245, 540, 40), kind(65, least=50, **sans)),
        fact("award", "award", at(60, 295, 540, 50), award),
        fact("award_en", "award_en", at(60, 344, 540, 38), english),
        fact("event", "event", at(60, 382, 540, 36), kind(60, least=45, **sans)),
        fact("date", "date_zh", at(60, 420, 300, 32), kind(55, least=45, **sans)),
        fact("number", "number", at(60, 455, 540, 32), kind(55, least=45, **sans), before="No. "),
        code(at(630, 300, 170, 170), ink),
    ]  # fmt: skip
    title = {"zh": "证件卡", "en": "Card"}
    return document(title, 856, 540, fields), drawn(
        Sheet(85.6, 54, (66, 20, 22), (0, 0, 0)), SLATE, 3.4, 0.9, 3.2
    )


def document(title: Row, width: int, height: int, fields: list[Row]) -> Row:
    """Put a document together."""
    return {
        "format": 1,
        "title": title,
        "page": {"width": width, "height": height},
        "margin": 200 if width > 1000 else 50,
        "art": [{"file": "art.svg", **at(0, 0, width, height)}],
        "fields": fields,
        "required": ["holder_name", "number"],
    }


def drawn(sheet: Sheet, ink: Ink, edge: float, deep: float, period: float) -> str:
    """Draw paper, a breath of rosettes, and a border: braided on a large sheet, hairlines on a card."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width:g} {sheet.height:g}" fill="none">'
    border = braided(sheet, ink, edge, deep, period) if sheet.width > 100 else lined(sheet, ink)
    return head + "\n".join([*paper(sheet, ink), *watermark(sheet, ink, 3), *border]) + "</svg>\n"


def lined(sheet: Sheet, ink: Ink) -> Parts:
    """Run a braid along the foot of a card, and two hairlines around it."""
    side = (3.6, sheet.height - 3.6, sheet.width - 3.6, sheet.height - 3.6)
    yield g.stroke([g.braid(side, 0.9, n / 6, 24) for n in range(6)], ink.second, 0.09)
    yield g.stroke([g.frame(sheet.width, sheet.height, 2, 1.4)], ink.first, 0.28)
    yield g.stroke([g.frame(sheet.width, sheet.height, 2.6, 1.4)], ink.second, 0.09)


STARTS: dict[str, Callable[[], tuple[Row, str]]] = {
    "landscape": landscape,
    "portrait": portrait,
    "card": card,
}


def main() -> None:
    """Write each start into its folder."""
    for name, made in STARTS.items():
        words, art = made()
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        lines = json.dumps(words, ensure_ascii=False, indent=1)
        (folder / "document.json").write_text(lines + "\n")
        (folder / "art.svg").write_text(art)


if __name__ == "__main__":
    main()
