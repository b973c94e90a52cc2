"""A plate: a page the engine laid out, cut open where its facts stand, so that others' facts can be set in their place.

Everything comes from the engine's own page: the box of each text, its baseline and type from the laid-out boxes, what
is drawn before and after it from the page's content. What cannot be cut exactly is not cut: NotStamped says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from weasyprint.formatting_structure import boxes

from skillhub.kernel.paper import About, Facts, items
from skillhub.kernel.preflight import Fit
from skillhub.kernel.press.plan import CodeSlot, Plate, Slot
from skillhub.kernel.press.setting import Setting

TEXT = re.compile(rb"BT\n1 0 0 -1 (\S+) (\S+) Tm\n(?:.*\n)*?ET")
CODE = re.compile(rb"(?<=\n)0 0 m\n((?:\S+ \S+ [ml]\n)+)B\n")
OF_ADDRESSES = "./-:0123456789abcdefghijklmnopqrstuvwxyz"
OF_NUMBERS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALIGNED = {"start": 0.0, "left": 0.0, "center": 0.5, "end": 1.0, "right": 1.0}


class NotStamped(Exception):
    """This page cannot be stamped exactly; the message is for whoever designs the template."""


def cut(
    content: bytes, page: Any, about: About, given: Facts, chosen: Mapping[str, Fit | None]
) -> Plate:
    """Cut the content of a page; raises NotStamped when a fact stands in a way that cannot be set again."""
    texts = dict(_slots(page, about, given, chosen))
    marks: list[tuple[int, int, Slot | CodeSlot]] = [
        (found.start(), found.end(), slot)
        for found in TEXT.finditer(content)
        if (slot := texts.pop(_place(float(found[1]), float(found[2])), None))
    ]
    if texts:
        raise NotStamped(", ".join(sorted({slot.name for slot in texts.values()})))
    marks += _codes(content, about)
    pieces, slots, last = [], [], 0
    for start, end, one in sorted(marks, key=lambda mark: mark[0]):
        pieces.append(content[last:start])
        slots.append(one)
        last = end
    return Plate((*pieces, content[last:]), tuple(slots))


def _codes(content: bytes, about: About) -> Iterator[tuple[int, int, CodeSlot]]:
    """Find the QR codes; a template draws the code of its address only."""
    for found in CODE.finditer(content):
        across = max(int(float(step.split()[0])) for step in found[1].splitlines())
        yield found.start(), found.end(), CodeSlot("verify_url", across)


def _slots(
    page: Any, about: About, given: Facts, chosen: Mapping[str, Fit | None]
) -> Iterator[tuple[tuple[int, int], Slot]]:
    """Find the texts of the facts among the boxes of a page, by where each begins."""
    seen: dict[str, int] = {}
    for text, block in _texts(page, None):
        name = _fact_of(text)
        fit, fact = chosen.get(name), about.facts.get(name)
        if fit is None or fact is None or not fact.personal:
            continue
        index = seen.get(name, 0)
        seen[name] = index + 1
        stated = items(given[name])
        expected = fact.before + stated[index] + fact.after if index < len(stated) else None
        align = ALIGNED.get(block.style["text_align_all"])
        if expected != text.text or align is None:
            raise NotStamped(name)
        yield (
            _place(text.position_x, text.position_y + text.baseline),
            Slot(
                name=name,
                nth=index,
                left=block.content_box_x(),
                width=block.width,
                align=align,
                baseline=text.position_y + text.baseline,
                setting=_setting(text, fit, fact.weight),
            ),
        )
    personal = [n for n, fit in chosen.items() if fit and about.facts[n].personal]
    if missed := [n for n in personal if seen.get(n, 0) != len(items(given[n]))]:
        raise NotStamped(", ".join(missed))


def _setting(text: Any, fit: Fit, weight: int) -> Setting:
    spacing = text.style["letter_spacing"]
    space = 0.0 if spacing == "normal" else float(spacing)
    language = str(text.style["lang"] or "")
    italic = text.style["font_style"] != "normal"
    return Setting(fit.chain, weight, float(text.style["font_size"]), space, language, italic)


def _texts(box: Any, block: Any) -> Iterator[tuple[Any, Any]]:
    """List the text boxes with the block each stands in."""
    if isinstance(box, boxes.TextBox):
        yield box, block
    inner = box if isinstance(box, boxes.BlockContainerBox) else block
    for child in getattr(box, "children", ()):
        yield from _texts(child, inner)


def _fact_of(text: Any) -> str:
    classes = (text.element.get("class") or "").split() if text.element is not None else []
    return next((c.removeprefix("f-") for c in classes if c.startswith("f-")), "")


def _place(x: float, y: float) -> tuple[int, int]:
    return round(x * 1000), round(y * 1000)


def others(about: About, given: Facts) -> dict[str, str | list[str]]:
    """Give narrower texts to what is personal: where more than the shape decides, the plate comes out otherwise."""
    return {name: _narrower(value, about.facts[name].personal) for name, value in given.items()}


def _narrower(value: str | list[str], personal: bool) -> str | list[str]:
    if not personal:
        return value
    return _less(value) if isinstance(value, str) else [_less(text) for text in value]


def _less(text: str) -> str:
    if text.isascii():  # the same length, so that a code keeps its modules
        return text[:-1] + ("i" if text[-1:] != "i" else "l") if text else ""
    return text[:-1].rstrip() or text * 2


def fuller(about: About, given: Facts) -> dict[str, str | list[str]]:
    """Add the signs of numbers and addresses to what is personal, so that the fonts of the block hold them for all."""
    return {name: _fuller(value, about.facts[name].personal) for name, value in given.items()}


def _fuller(value: str | list[str], personal: bool) -> str | list[str]:
    if not personal or not isinstance(value, str):
        return value
    if value.startswith("http"):
        return value + OF_ADDRESSES
    return value + OF_NUMBERS if any(map(str.isdigit, value)) else value
