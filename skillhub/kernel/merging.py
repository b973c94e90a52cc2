"""One PDF of the pages of many, written straight from their bytes: an object that several hold alike is written once.

Three hundred papers of one plate share its art, its fonts and its colours, so that they take little more than what is
each one's own, and what is written already is no longer held. It reads files as the press and pikepdf write them: a
plain table of places, or the stream of one, and nothing changed behind it. The caller brings others into this form.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from array import array
from typing import BinaryIO

CATALOG, PAGES = 1, 2
TRAILER = re.compile(rb"/Root (\d+) 0 R")
SECTION = re.compile(rb"xref\s+0 (\d+)\s+")
ROW, PACKED = 20, struct.Struct(">BI")  # of a plain table; of a stream as the press writes it
STREAM = b">>\nstream\n"
REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|(\d+) 0 R\b", re.DOTALL)
KIDS = re.compile(rb"/Kids \[([\d R]*)\]")
NOTES = re.compile(rb"/Annots \[([\d R]*)\]")
INHERITED = re.compile(rb"/(?:Resources|MediaBox|CropBox|Rotate)\b")
PAGE = re.compile(rb"/Type /Page\b")
FIELD = b"/Subtype /Widget"


class NotPlain(ValueError):
    """A file is not of the form that is read here."""


class Source:
    """A file: where its objects stand, and which are its pages."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        start = int(data[data.rindex(b"startxref") :].split()[1])
        places, trailer = (
            _plain(data, start) if data.startswith(b"xref", start) else _packed(data, start)
        )
        root = TRAILER.search(trailer)
        if root is None or b"/Prev" in trailer or b"/Encrypt" in trailer:
            raise NotPlain
        order = sorted((at, number) for number, at in places.items())
        ends = [at for at, _ in order[1:]] + [start]
        self.places = {number: (at, end) for (at, number), end in zip(order, ends, strict=True)}
        self.tree = int(_found(rb"/Pages (\d+) 0 R", self.head(int(root[1]))))
        tree = self.head(self.tree)
        self.pages = {page: self._page(page) for page in numbers(_found(KIDS, tree))}
        if INHERITED.search(tree):
            raise NotPlain

    def object(self, number: int) -> tuple[bytes, bytes]:
        """Give an object as its words, and its stream with all that follows."""
        start, end = self.places[number]
        whole = self.data[start:end]
        words, stream, rest = whole[whole.index(b"obj") + 4 : whole.rindex(b"endobj")].partition(
            STREAM
        )
        return words, stream + rest

    def head(self, number: int) -> bytes:
        """Give the words of an object."""
        return self.object(number)[0] if number in self.places else b""

    def _page(self, number: int) -> bytes:
        """Give a page without the field of a signature: that holds for the single file, not for many."""
        words = self.head(number)
        if not PAGE.search(words):
            raise NotPlain
        if b"/Annots" not in words:
            return words
        kept = [n for n in numbers(_found(NOTES, words)) if FIELD not in self.head(n)]
        notes = b" ".join(b"%d 0 R" % number for number in kept)
        return NOTES.sub(b"/Annots [%b]" % notes if kept else b"", words, count=1)


class Merged:
    """A file that grows page by page."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._length = 0
        self._places = array("Q", [0, 0, 0])  # by number; catalog and pages are written at the end
        self._kept: dict[bytes, int] = {}
        self._pages = array("Q")
        self._hash = hashlib.sha256()
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, source: Source) -> None:
        """Write the pages of a file and what they need; raises NotPlain."""
        known: dict[int, int] = {source.tree: PAGES}
        for page in source.pages:
            known[page] = self._number()
        for page in source.pages:
            self._pages.append(known[page])
            self._object(known[page], self._words(source, source.pages[page], known))

    def end(self) -> None:
        """Write the list of pages and the table of places."""
        self._object(CATALOG, b"<< /Pages %d 0 R /Type /Catalog >>" % PAGES)
        kids = b" ".join(b"%d 0 R" % number for number in self._pages)
        self._object(PAGES, b"<< /Count %d /Kids [ %b ] /Type /Pages >>" % (len(self._pages), kids))
        start, size, name = self._length, len(self._places), self._hash.hexdigest()[:32].encode()
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for at in self._places[1:]:
            self._write(b"%010d 00000 n \n" % at)
        words = b"trailer << /Root %d 0 R /Size %d /ID [<%b><%b>] >>\nstartxref\n%d\n%%%%EOF\n"
        self._write(words % (CATALOG, size, name, name, start))

    def _copied(self, source: Source, number: int, known: dict[int, int]) -> int:
        """Write an object with all it refers to, unless it stands there already; gives its number."""
        if number not in known:
            known[number] = 0  # until it is written
            words, stream = source.object(number)
            whole = self._words(source, words, known) + stream
            mark = b"" if known[number] else hashlib.sha256(whole).digest()
            known[number] = known[number] or self._kept.get(mark) or self._number()
            if not self._places[known[number]]:
                self._object(known[number], whole)
                self._kept[mark] = known[number]
        elif not known[number]:  # it refers to itself by way of others
            known[number] = self._number()
        return known[number]

    def _words(self, source: Source, words: bytes, known: dict[int, int]) -> bytes:
        def renumbered(found: re.Match[bytes]) -> bytes:
            if not found[1]:
                return found[0]
            number = int(found[1])
            if number not in source.places:
                return b"null"
            return b"%d 0 R" % self._copied(source, number, known)

        return REFERENCE.sub(renumbered, words)

    def _number(self) -> int:
        self._places.append(0)
        return len(self._places) - 1

    def _object(self, number: int, body: bytes) -> None:
        self._places[number] = self._length
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body.rstrip(b"\n")))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._hash.update(data)
        self._length += len(data)


def _plain(data: bytes, start: int) -> tuple[dict[int, int], bytes]:
    table, end = SECTION.match(data, start), data.find(b"trailer", start)
    if table is None or end < 0:
        raise NotPlain
    rows = (
        data[at : at + ROW] for at in range(table.end(), table.end() + ROW * int(table[1]), ROW)
    )
    return {n: int(row[:10]) for n, row in enumerate(rows) if row[17:18] == b"n"}, data[end:]


def _packed(data: bytes, start: int) -> tuple[dict[int, int], bytes]:
    words, _, rest = data[start:].partition(STREAM)
    if b"/W [1 4 0]" not in words or b"/Index" in words:
        raise NotPlain
    try:
        if b"/FlateDecode" in words:
            rest = zlib.decompressobj().decompress(rest)
        else:
            rest = rest[: int(_found(rb"/Length (\d+)", words))]
        rows = list(PACKED.iter_unpack(rest))
    except (zlib.error, struct.error) as error:
        raise NotPlain from error
    return {n: at for n, (kind, at) in enumerate(rows) if kind == 1}, words


def numbers(references: bytes) -> list[int]:
    """Read the numbers of a list of references."""
    return [int(number) for number in references.split()[::3]]


def _found(pattern: re.Pattern[bytes] | bytes, words: bytes) -> bytes:
    found = re.search(pattern, words)
    if found is None:
        raise NotPlain
    return found[1]
