"""Pictures for print that people send: drawings are looked through, photographs drawn anew from their dots."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import NamedTuple
from xml.etree import ElementTree as ET

from PIL import Image, ImageOps

from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.pictures import PIXELS, UNREADABLE

MEGABYTES = 3
MOST_DOTS = 5000  # on an edge: A4 at 420 dpi
MOST_NODES = 60_000
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
# What only draws. No script, no style sheet, no foreignObject, no text (its letters need a font), no picture.
DRAWS = {
    *(
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "defs",
        "use",
    ),
    *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "symbol", "title", "desc"),
    *("pattern", "metadata"),
}
ELSEWHERE = re.compile(
    r"url\(\s*['\"]?\s*(?!['\"]?#)|@import|javascript:|expression\(|\\", re.IGNORECASE
)
KINDS = {"JPEG": "jpg", "PNG": "png"}


class Picture(NamedTuple):
    """A picture fit for print: its name, bytes, and its dots across and down (none for a drawing)."""

    name: str
    content: bytes
    width: int | None
    height: int | None


def taken(filename: str, content: bytes) -> Picture:
    """Take a picture that somebody sent: an SVG that only draws, a PNG or a JPEG; raises BadInput with the remedy."""
    if len(content) > MEGABYTES * 1024 * 1024:
        text = N_("The picture is larger than %(n)s MB. Send it with fewer dots or as JPEG.")
        raise BadInput(say(text, n=MEGABYTES))
    stem = _stem(filename)
    if content[:8] == b"\x89PNG\r\n\x1a\n" or content[:3] == b"\xff\xd8\xff":
        return _photograph(stem, content)
    return Picture(f"{stem}.svg", _drawing(content), None, None)


def kept(name: str, content: bytes) -> Picture:
    """Take a picture that was taken once already: its dots are not drawn anew when nothing is written beside them."""
    found = taken(name, content)
    if not found.name.endswith(".jpg"):
        return found
    with Image.open(io.BytesIO(content)) as picture:
        plain = set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    return found._replace(content=content) if plain else found


def _stem(filename: str) -> str:
    """Make a plain name of the one a file has."""
    plain = unicodedata.normalize("NFKD", filename.replace("\\", "/").rpartition("/")[2])
    stem = re.sub(r"[^a-z0-9]+", "-", plain.rpartition(".")[0].lower()).strip("-")
    return stem[:40] or "picture"


def _photograph(stem: str, content: bytes) -> Picture:
    wrong = BadInput(say(N_("The picture cannot be read. Send an SVG, PNG or JPEG file.")))
    try:
        with Image.open(io.BytesIO(content), formats=tuple(KINDS)) as picture:
            kind = "PNG" if content[:1] == b"\x89" else "JPEG"  # several JPEGs in one are one, too
            if picture.width * picture.height > PIXELS:
                raise wrong
            if max(picture.size) > MOST_DOTS:
                text = N_("The picture has more than %(most)s dots on an edge. Make it smaller.")
                raise BadInput(say(text, most=MOST_DOTS))
            sees = kind == "PNG" and ("A" in picture.getbands() or "transparency" in picture.info)
            upright = ImageOps.exif_transpose(picture).convert("RGBA" if sees else "RGB")
    except UNREADABLE as error:
        raise wrong from error
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    drawn = io.BytesIO()
    clean.save(drawn, kind, **({"quality": 92} if kind == "JPEG" else {"optimize": True}))
    return Picture(f"{stem}.{KINDS[kind]}", drawn.getvalue(), *clean.size)


def _drawing(content: bytes) -> bytes:
    """Give an SVG as it was, without its remarks; raises BadInput for what does more than draw."""
    wrong = BadInput(say(N_("The picture cannot be read. Send an SVG, PNG or JPEG file.")))
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper() or b"\x00" in content:
        raise BadInput(say(N_("The drawing declares a document type. Save it as plain SVG.")))
    try:
        root = ET.fromstring(content.decode("utf-8-sig"))  # noqa: S314  (no entity can be declared)
    except (ET.ParseError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise wrong from error
    nodes = list(root.iter())
    if root.tag != f"{SVG}svg" or len(nodes) > MOST_NODES:
        raise wrong
    for node in nodes:
        _refuse_more_than_drawing(node)
    for parent in nodes:
        parent[:] = [one for one in parent if str(one.tag).startswith(SVG)]
    ET.register_namespace("", SVG[1:-1])
    ET.register_namespace("xlink", XLINK[1:-5])
    try:
        return bytes(ET.tostring(root, encoding="utf-8"))
    except RecursionError as error:
        raise BadInput(say(N_("The drawing is nested too deeply. Ungroup its parts."))) from error


def _refuse_more_than_drawing(node: ET.Element) -> None:
    space, _, name = str(node.tag).rpartition("}")
    if f"{space}}}" == SVG and name not in DRAWS:
        raise BadInput(_unfit(name))
    for key, value in node.attrib.items():
        plain = key.rpartition("}")[2].lower()
        linked = plain in ("href", "src") and not value.strip().startswith("#")
        if plain.startswith("on") or linked or ELSEWHERE.search(value) or plain == "base":
            text = N_(
                "The drawing asks for something outside itself (%(what)s). Embed or remove it."
            )
            raise BadInput(say(text, what=f"{plain}={value[:60]}"))


def _unfit(name: str) -> Message:
    known = {
        "text": N_("Turn its letters into paths."),
        "tspan": N_("Turn its letters into paths."),
        "image": N_("Send the picture by itself."),
        "style": N_("Save it with presentation attributes instead of styles."),
    }
    remedy = known.get(name, N_("Save it as plain SVG, with nothing but shapes."))
    return say(N_("The drawing holds <%(name)s>. %(remedy)s"), name=name[:30], remedy=say(remedy))
