"""The block of a plate: every object of the engine's file that is alike for all, with fixed numbers and places."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import pikepdf
from pikepdf import Name

from skillhub.kernel.archive.form import attached, sealed_in
from skillhub.kernel.press.plan import Block

START = re.compile(rb"startxref\s+(\d+)")
TABLE = re.compile(rb"xref\s+0 (\d+)\s+")
ROW = 20  # bytes of a row in the table of places
pikepdf.settings.set_flate_compression_level(9)  # a block is packed once and kept for all


def block_of(pdf: bytes, room: int) -> Block:
    """Take out of a file of one page what its tail will write: the page, its content, all that is said about it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        file.pages[0].obj[Name.Contents] = file.make_indirect(pikepdf.Dictionary())
        plain = pikepdf.ObjectStreamMode.disable
        file.save(
            out,
            object_stream_mode=plain,
            recompress_flate=True,
            static_id=True,
            fix_metadata_version=False,
        )
    data = out.getvalue()
    with pikepdf.open(io.BytesIO(data)) as file:
        page = file.pages[0].obj
        seal = sealed_in(file)
        own = {
            "page": page.objgen[0],
            "info": file.trailer.Info.objgen[0],
            "claims": file.Root.Metadata.objgen[0],
            "facts": attached(file).objgen[0],
            "seal": seal.objgen[0] if seal is not None else 0,
        }
        gone = {*own.values(), page.Contents.objgen[0]}
        held = {name: _font(font) for name, font in page.Resources.Font.items()}
        kept, places = _without(data, gone)
        return Block(
            data=kept,
            places=places,
            **own,
            room=room,
            root=file.Root.objgen[0],
            words=_words(page),
            fonts=held,
        )


def _without(data: bytes, gone: set[int]) -> tuple[bytes, dict[int, int]]:
    """Take objects out of a file; gives the rest without its table, and where each object stands in it."""
    start = int(_found(START, data)[1])
    table = _found(TABLE, data[start:])
    first, count = start + table.end(), int(table[1])
    places = {n: int(data[first + ROW * n :][:10]) for n in range(1, count)}
    order = sorted(places, key=places.__getitem__)
    ends = dict(zip(order, [places[n] for n in order[1:]] + [start], strict=True))
    kept, found = bytearray(data[: places[order[0]]]), {}
    for number in order:
        if number not in gone:
            found[number] = len(kept)
            kept += data[places[number] : ends[number]]
    return bytes(kept), found


def _found(pattern: re.Pattern[bytes], data: bytes) -> re.Match[bytes]:
    match = pattern.search(data)
    if match is None:
        raise ValueError("this is not a file as pikepdf writes it")
    return match


def _words(page: Any) -> bytes:
    """Write the page's dictionary without its contents, and its resources open where the fonts follow."""
    own = {k: v for k, v in page.items() if k not in ("/Contents", "/Resources")}
    resources = {k: v for k, v in page.Resources.items() if k != "/Font"}
    return b"%b /Resources <<%b" % (_pairs(own), _pairs(resources))


def _pairs(things: Mapping[str, Any]) -> bytes:
    return b" ".join(b"%b %b" % (key.encode(), _plain(value)) for key, value in things.items())


def _plain(thing: Any) -> bytes:
    if not isinstance(thing, pikepdf.Object):
        return str(thing).encode()
    if thing.is_indirect:
        return b"%d 0 R" % thing.objgen[0]
    if isinstance(thing, pikepdf.Array):
        return b"[%b]" % b" ".join(_plain(one) for one in thing)
    if isinstance(thing, pikepdf.Dictionary):
        return b"<<%b>>" % _pairs(dict(thing.items()))
    return thing.unparse()


def _font(font: Any) -> tuple[int, str, frozenset[int]]:
    """Give a font's object, the name of its face, and the glyphs it holds."""
    face = str(font.BaseFont).partition("+")[2]
    held: set[int] = set()
    widths = list(font.DescendantFonts[0].W)
    for first, row in zip(widths[::2], widths[1::2], strict=True):
        held.update(range(int(first), int(first) + len(row)))
    return font.objgen[0], face, frozenset(held)
