"""Pictures for print: what only draws is taken, what does more is refused with its remedy."""

import io

import pytest
from PIL import Image

from skillhub.kernel import artwork
from skillhub.kernel.errors import BadInput

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
REFUSED = {
    "a script": ("<script>alert(1)</script>", "<script>"),
    "a script of the same name elsewhere": ('<a xlink:href="javascript:x"/>', "<a>"),
    "a foreign object": ("<foreignObject><p>x</p></foreignObject>", "<foreignObject>"),
    "letters, which need a font": ("<text>x</text>", "paths"),
    "a font": ("<font/>", "<font>"),
    "a style sheet": ("<style>@import url(http://x)</style>", "presentation attributes"),
    "a picture": ('<image href="http://127.0.0.1/x.png"/>', "by itself"),
    "a picture within": ('<image href="data:image/png;base64,AAAA"/>', "by itself"),
    "what is drawn elsewhere": ('<use xlink:href="http://127.0.0.1/x.svg#a"/>', "outside itself"),
    "what is drawn in a file": ('<use href="file:///etc/passwd#a"/>', "outside itself"),
    "a fill from elsewhere": ('<rect fill="url(http://127.0.0.1/x)"/>', "outside itself"),
    "a fill in a style": ("<rect style=\"fill:url('//x/y')\"/>", "outside itself"),
    "a spelled-out address": ('<rect style="fill:u\\72l(http://x)"/>', "outside itself"),
    "a handler": ('<rect onload="x()"/>', "outside itself"),
    "another base": ('<g xml:base="http://x/"><rect/></g>', "outside itself"),
    "an animation": ('<animate attributeName="x"/>', "<animate>"),
}


@pytest.mark.parametrize(("drawing", "told"), REFUSED.values(), ids=REFUSED)
def test_a_drawing_that_does_more_than_draw_is_refused(drawing, told):
    with pytest.raises(BadInput) as refused:
        artwork.taken("x.svg", SVG.format(drawing).encode())
    assert told in str(refused.value.message)


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("&a;").encode(),
        b"<svg",
        b"",
        b"<html></html>",
        b"\x00\xff" * 50,
        b"GIF89a" + bytes(30),
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        ("<svg xmlns='http://www.w3.org/2000/svg'>" + "<g>" * 70_000 + "</g>" * 70_000 + "</svg>").encode(),
    ],
    ids=range(8),
)  # fmt: skip
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(BadInput):
        artwork.taken("x.svg", content)


def test_a_drawing_stays_what_it_is_and_is_written_the_same_the_second_time():
    drawing = SVG.format(
        '<defs><g id="a"><path d="M0 0h9"/></g></defs><use href="#a"/><!-- by me -->'
    )
    first = artwork.taken("My Seal (2).SVG", drawing.encode())
    assert first.name == "my-seal-2.svg"
    assert b'd="M0 0h9"' in first.content
    assert b"by me" not in first.content
    assert artwork.taken("a.svg", first.content).content == first.content


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photograph_is_drawn_anew_from_its_dots(kind):
    exif = Image.Exif()
    exif[0x010E] = "CANARY"
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, kind, exif=exif)
    assert b"CANARY" in out.getvalue()
    taken = artwork.taken("../../x.php", out.getvalue() + b"<script>")
    assert b"CANARY" not in taken.content
    assert b"<script>" not in taken.content
    assert (taken.width, taken.height) == (40, 20)
    assert taken.name == ("x.png" if kind == "PNG" else "x.jpg")


def test_what_can_be_seen_through_stays_so():
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (255, 0, 0, 100)).save(out, "PNG")
    with Image.open(io.BytesIO(artwork.taken("a.png", out.getvalue()).content)) as again:
        assert again.getpixel((1, 1)) == (255, 0, 0, 100)


def test_a_picture_too_large_is_refused_before_it_is_drawn():
    out = io.BytesIO()
    Image.new("1", (9000, 100)).save(out, "PNG")
    with pytest.raises(BadInput, match="5000 dots"):
        artwork.taken("a.png", out.getvalue())
    with pytest.raises(BadInput, match="3 MB"):
        artwork.taken("a.png", bytes(4 << 20))
