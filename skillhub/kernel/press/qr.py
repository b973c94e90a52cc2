"""QR codes as dark runs of modules: one drawing for the engine's page and for the stamped one."""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

import zxingcpp

SAYS = "查验二维码 · QR code to verify this document"  # to who cannot see it
DARK = re.compile(rb"\x00+")
FILL = b"f\n"


class Code(NamedTuple):
    """A QR code of level M with its quiet zone: modules on a side, how wide the zone is, and a byte for each module."""

    modules: int
    quiet: int
    pixels: bytes

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Give where each dark run begins and ends; the quiet zone keeps those of two rows apart."""
        return [dark.span() for dark in DARK.finditer(self.pixels)]


@lru_cache(maxsize=256)
def code(text: str) -> Code:
    """Make the code of a text."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = made.to_image(scale=1, add_quiet_zones=True, add_hrt=False)
    pixels = bytes(image)
    across = math.isqrt(len(pixels))
    quiet = pixels.index(b"\x00") // across  # its corner is dark
    return Code(across - 2 * quiet, quiet, pixels)


def runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Give the modules on a side, and the dark runs (row, from, to) without the quiet zone."""
    side, quiet, _ = found = code(text)
    wide = side + 2 * quiet
    rows = [(*divmod(start, wide), end - start) for start, end in found.spans]
    return side, [(row - quiet, at - quiet, at - quiet + long) for row, at, long in rows]


def svg(text: str) -> str:
    """Draw a code as one SVG path, a module to a unit."""
    side, dark = runs(text)
    path = "".join(f"M{start} {row}.5h{end - start}" for row, start, end in dark)
    return (
        f'<svg class="qr-code" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<title>{SAYS}</title><path stroke="#000" d="{path}"/></svg>'
    )


def filled(text: str) -> bytes:
    """Draw the same in the words of a PDF: a rectangle for each dark run."""
    found = code(text)
    words = _words(found.modules, found.quiet)
    return b"".join([words[span] for span in found.spans]) + FILL


class _Words(dict[tuple[int, int], bytes]):
    """What draws a dark run, by where it stands among the modules; found out once for each."""

    def __init__(self, modules: int, quiet: int) -> None:
        self.wide, self.quiet = modules + 2 * quiet, quiet

    def __missing__(self, span: tuple[int, int]) -> bytes:
        row, at = divmod(span[0], self.wide)
        place = at - self.quiet, row - self.quiet, span[1] - span[0]
        words = self[span] = b"%d %d %d 1 re\n" % place
        return words


@cache
def _words(modules: int, quiet: int) -> _Words:
    return _Words(modules, quiet)
