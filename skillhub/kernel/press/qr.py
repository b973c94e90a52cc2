"""QR codes as dark runs of modules: one drawing for the engine's page and for the stamped one."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

import zxingcpp

SAYS = "查验二维码 · QR code to verify this document"  # to who cannot see it
DARK = re.compile(rb"\x00+")


@lru_cache(maxsize=256)
def runs(text: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """Give the modules on a side, and the dark runs (row, from, to) of a QR code of level M without its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = code.to_image(scale=1, add_quiet_zones=False, add_hrt=False)
    pixels = bytes(image)
    side = math.isqrt(len(pixels))
    rows = ((row, pixels[row * side : (row + 1) * side]) for row in range(side))
    return side, tuple([(n, *dark.span()) for n, row in rows for dark in DARK.finditer(row)])


def svg(text: str) -> str:
    """Draw a code as one SVG path, a module to a unit."""
    side, dark = runs(text)
    path = "".join(f"M{start} {row}.5h{end - start}" for row, start, end in dark)
    return (
        f'<svg class="qr-code" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<title>{SAYS}</title><path stroke="#000" d="{path}"/></svg>'
    )


def strokes(text: str) -> bytes:
    """Draw the same path in the words of a PDF."""
    _, dark = runs(text)
    lines = [f"{start} {row}.5 m\n{end} {row}.5 l\n" for row, start, end in dark]
    return ("0 0 m\n" + "".join(lines)).encode()
