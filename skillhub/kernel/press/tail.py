"""The tail of a stamped file: the objects behind its block, written one after the other."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from skillhub.kernel.archive import form
from skillhub.kernel.archive.claims import claims
from skillhub.kernel.fonts import Face
from skillhub.kernel.press.plan import Block, begun
from skillhub.kernel.press.setting import name_of, width_of

LEVEL, WINDOW, MEMORY = (
    1,
    13,
    6,
)  # of zlib: a third of the time of its own choice, and a twentieth longer
ROW = struct.Struct(">BI")  # 1: in use, and where
FREE = ROW.pack(0, 0)
SMALL = 1500  # bytes: to pack less takes longer than to send it
TABLE = b"/Type /XRef /W [1 4 0] /Size %d /Root %d 0 R /Info %d 0 R /ID [<%b> <%b>]"
MAP_HEAD = (
    b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
    b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
)
MAP_TAIL = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
MAP_ROWS = 100
DESCRIPTOR = (
    b"<</Type /FontDescriptor /FontName %b /Flags 4 /FontBBox [-1000 -500 3000 1500] /ItalicAngle 0 "
    b"/Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 /FontFile%d %d 0 R>>"
)
BY_GLYPH = (
    b"<</Type /Font /Subtype /CIDFontType%d /BaseFont %b /CIDSystemInfo <</Registry (Adobe) "
    b"/Ordering (Identity) /Supplement 0>> /CIDToGIDMap /Identity /W [%b] /FontDescriptor %d 0 R>>"
)
FONT = (
    b"<</Type /Font /Subtype /Type0 /BaseFont %b /Encoding /Identity-H /DescendantFonts [%d 0 R] "
    b"/ToUnicode %d 0 R>>"
)


class Extra(NamedTuple):
    """A font of the tail: its name on the page, its face and file, and the new number and the text of each glyph."""

    name: str
    face: Face
    file: bytes
    new: Mapping[int, int]
    stands: Mapping[int, str]


class Ground:
    """What every tail of a block begins with: the number of its first object, and the table of places so far."""

    def __init__(self, block: Block) -> None:
        self.block = block
        own = block.page, block.info, block.claims, block.facts, block.seal
        self.next = max(*block.places, *own) + 1
        places = block.places
        rows = [ROW.pack(1, places[n]) if n in places else FREE for n in range(self.next)]
        self.rows = b"".join(rows)


class Tail:
    """The objects behind a block."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.block = ground, ground.block
        self.out = bytearray()
        self.places: dict[int, int] = {}
        self.next = ground.next

    def written(
        self, content: bytes, extra: Iterable[Extra], said: Mapping[str, str], facts: bytes
    ) -> bytes:
        """Write content, fonts, page, what is said about the file, its facts, and the table."""
        block = self.block
        contents = self._stream(b"", content)
        held = [b"%b %d 0 R" % (name.encode(), font[0]) for name, font in block.fonts.items()]
        held += [b"%b %d 0 R" % (font.name.encode(), self._font(font)) for font in extra]
        page = b"<<%b /Font <<%b>>>> /Contents %d 0 R>>"
        self._object(page % (block.words, b" ".join(held), contents), block.page)
        told = b" ".join(b"%b %b" % (key.encode(), _text(text)) for key, text in said.items())
        self._object(b"<<%b>>" % told, block.info)
        words = claims(said)
        self._object(form.CLAIMS % (len(words), words), block.claims)
        known = form.parameters(facts, said.get("/CreationDate"))
        self._stream(form.ATTACHED % known, facts, block.facts)
        if block.seal:
            self._object(form.seal_of(block.room), block.seal)
        self._end()
        return bytes(self.out)

    def _object(self, words: bytes, number: int = 0) -> int:
        if not number:
            number, self.next = self.next, self.next + 1
        self.places[number] = len(self.block.data) + len(self.out)
        self.out += b"%d 0 obj\n%b\nendobj\n" % (number, words)
        return number

    def _stream(self, words: bytes, content: bytes, number: int = 0) -> int:
        if len(content) > SMALL:
            deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW, MEMORY)
            content = deflate.compress(content) + deflate.flush()
            words += b" /Filter /FlateDecode"
        head = b"<<%b /Length %d>>\nstream\n" % (words, len(content))
        return self._object(head + content + b"\nendstream", number)

    def _font(self, font: Extra) -> int:
        name = b"/AAAAAA+%b" % name_of(font.face).encode()
        old = sorted(font.new, key=font.new.__getitem__)
        outlines = font.file[:4] == b"OTTO"
        kind = b"/Subtype /OpenType" if outlines else b"/Length1 %d" % len(font.file)
        file = self._stream(kind, font.file)
        descriptor = self._object(DESCRIPTOR % (name, 3 if outlines else 2, file))
        widths = b" ".join(b"%d [%d]" % (font.new[n], width_of(font.face, n)) for n in old)
        by_glyph = self._object(BY_GLYPH % (0 if outlines else 2, name, widths, descriptor))
        texts = self._stream(b"", _map([(font.new[n], font.stands[n]) for n in old]))
        return self._object(FONT % (name, by_glyph, texts))

    def _end(self) -> None:
        """Write the table of places as a stream; the identifier is the hash of everything before it."""
        whole = begun(self.block.data)
        whole.update(self.out)
        name = whole.hexdigest()[:32].encode()
        start, number = len(self.block.data) + len(self.out), self.next
        rows = bytearray(self.ground.rows.ljust((number + 1) * ROW.size, b"\0"))
        for one, at in (*self.places.items(), (number, start)):
            ROW.pack_into(rows, one * ROW.size, 1, at)
        size, block = number + 1, self.block
        self._stream(TABLE % (size, block.root, block.info, name, name), bytes(rows), number)
        self.out += b"startxref\n%d\n%%%%EOF\n" % start


def _map(rows: Sequence[tuple[int, str]]) -> bytes:
    """Write which text each glyph stands for."""
    parts = [MAP_HEAD]
    for start in range(0, len(rows), MAP_ROWS):
        some = rows[start : start + MAP_ROWS]
        lines = [b"<%04x> <%b>\n" % (number, _hex(text)) for number, text in some]
        parts.append(b"%d beginbfchar\n%bendbfchar\n" % (len(some), b"".join(lines)))
    return b"".join([*parts, MAP_TAIL])


def _text(text: str) -> bytes:
    return b"<feff%b>" % _hex(text)


def _hex(text: str) -> bytes:
    return text.encode("utf-16-be").hex().encode()
