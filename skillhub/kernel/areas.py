"""How large paper is and how pages lie on it, in millimetres."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.rounding import rounded

LEAST_SIDE, MOST_SIDE = Decimal(50), Decimal(500)
TOLERANCE = Decimal(1)  # what paper mills, and half a sheet, differ by


class Size(StrEnum):
    """The sizes paper is sold in, and one of its own."""

    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    OWN = "own"


class Lies(StrEnum):
    """How a sheet lies: its print shows; a blank one can lie either way."""

    EITHER = "either"
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


MM = {Size.A3: (297, 420), Size.A4: (210, 297), Size.A5: (148, 210)}


@dataclass(frozen=True, slots=True)
class Area:
    """The width and height of a page or sheet as it is read, in mm."""

    width: Decimal
    height: Decimal

    @property
    def lies(self) -> Lies:
        """Say which way it lies."""
        return Lies.LANDSCAPE if self.width > self.height else Lies.PORTRAIT

    def turned(self) -> Area:
        """Give it lying the other way."""
        return Area(self.height, self.width)

    def like(self, other: Area) -> bool:
        """Say whether two areas are the same but for what paper differs by."""
        apart = (abs(self.width - other.width), abs(self.height - other.height))
        return max(apart) <= TOLERANCE

    def __str__(self) -> str:
        """Write it as people say it: A4, or its sides."""
        upright = self if self.width <= self.height else self.turned()
        known = (size for size, sides in MM.items() if upright.like(Area(*map(Decimal, sides))))
        sides = f"{self.width.normalize():f} × {self.height.normalize():f} mm"
        return next((size.value for size in known), sides)


@dataclass(frozen=True, slots=True)
class Placing:
    """How pages lie on a sheet: how many, and the size of the sheet as it goes through the printer."""

    each: int
    sheet: Area


WRITTEN = re.compile(
    r"(?:(A[345])|([0-9]+(?:\.[0-9]+)?)mm ([0-9]+(?:\.[0-9]+)?)mm)(?: (portrait|landscape))?"
)


def read(text: str) -> Area:
    """Read the size of a page as a style sheet writes it: A4 landscape, or 225mm 320mm; raises BadInput."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise BadInput(say(N_("“%(size)s” is no size of paper."), size=text[:40]))
    named, width, height, way = found.groups()
    area = Area(*map(Decimal, MM[Size(named)] if named else (width, height)))
    return area.turned() if way and area.lies.value != way else area


def is_side(side: Decimal) -> bool:
    """Say whether a sheet can have a side of this length."""
    return LEAST_SIDE <= side <= MOST_SIDE and rounded(side, 2) == side


def sheets_for(upright: Area, lies: Lies) -> list[Area]:
    """Give the ways in which a sheet may lie."""
    ways = {Lies.PORTRAIT: [upright], Lies.LANDSCAPE: [upright.turned()]}
    return ways.get(lies, [upright, upright.turned()])


def placing(page: Area, upright: Area, lies: Lies) -> Placing:
    """Say how pages of this size lie on sheets of this size; raises BadInput when they do not fit."""
    wide = page.width > page.height
    two = Area(page.width, page.height * 2) if wide else Area(page.width * 2, page.height)
    for each, whole in ((1, page), (2, two)):
        for sheet in sheets_for(upright, lies):
            if whole.like(sheet):
                return Placing(each, sheet)
    raise BadInput(_no_fit(page, upright, lies))


def _no_fit(page: Area, upright: Area, lies: Lies) -> Message:
    if any(area.like(upright) for area in (page, page.turned())):
        text = N_(
            "The certificate is %(page)s %(way)s and this paper lies %(lies)s. Choose a paper that lies the"
            " same way, or issue on the template that does."
        )
        return say(text, page=str(page), way=say(WAYS[page.lies]), lies=say(WAYS[lies]))
    text = N_(
        "The certificate is %(page)s %(way)s and does not fit paper of %(sheet)s. Choose a paper of the same"
        " size, or of twice the size for two on a sheet."
    )
    return say(text, page=str(page), way=say(WAYS[page.lies]), sheet=str(upright))


WAYS = {
    Lies.EITHER: N_("either way"),
    Lies.PORTRAIT: N_("upright (portrait)"),
    Lies.LANDSCAPE: N_("lengthwise (landscape)"),
}


def sheets(pages: int, each: int, stacked: bool = False) -> list[tuple[int, ...]]:
    """Say which pages lie on which sheet, two beside each other as they come, or so that cut stacks lie in order."""
    if each == 1:
        return [(page,) for page in range(pages)]
    half = -(-pages // 2)
    pairs = [(n, n + half) if stacked else (2 * n, 2 * n + 1) for n in range(half)]
    return [tuple(page for page in pair if page < pages) for pair in pairs]
