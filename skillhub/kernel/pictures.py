"""Photographs people send: looked at, drawn anew from their pixels, and so rid of all that was written beside them."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say

FORMATS = ("JPEG", "PNG")
MEGABYTES = 8
PIXELS = 50_000_000  # a phone's largest; more is a bomb
EDGE = 2400  # of what is kept: a sheet of marks stays readable
UNREADABLE = (
    *(UnidentifiedImageError, OSError, SyntaxError, ValueError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


def redrawn(content: bytes) -> bytes:
    """Give a photograph as a JPEG of its pixels alone, upright; raises BadInput for what is no photograph."""
    if len(content) > MEGABYTES * 1024 * 1024:
        raise BadInput(say(N_("The photo is larger than %(n)s MB."), n=MEGABYTES))
    wrong = BadInput(say(N_("The photo cannot be read. Send a JPEG or PNG picture.")))
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > PIXELS:
                raise wrong
            picture.draft("RGB", (EDGE, EDGE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except UNREADABLE as error:
        raise wrong from error
    upright.thumbnail((EDGE, EDGE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    drawn = io.BytesIO()
    clean.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()
