"""A design as one file: what it is made of in a ZIP with a list, written the same way always, and read with care."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skillhub.designs import rules
from skillhub.designs.models import DesignVersion, Making
from skillhub.kernel import artwork
from skillhub.kernel.artwork import Picture
from skillhub.kernel.composing import writable
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say

KIND = "skillhub design"
LIST, DRAWN = "manifest.json", "document.json"
WRITTEN = ("about.toml", "page.html", "page.css")
MOST_PARTS = 24
MEBI = 1024 * 1024
MOST_BYTES = 12 * MEBI  # unpacked; a picture is 3 at most
MOST_WORDS = 300_000  # of one text
NAME = re.compile(rf"{re.escape(LIST)}|{re.escape(DRAWN)}|about\.toml|page\.(html|css)")
BEYOND = (  # locked, beyond measure, or torn within a part
    *(RuntimeError, OverflowError, MemoryError, zipfile.LargeZipFile),
    *(zlib.error, lzma.LZMAError),
)
NO_DESIGN = N_("The file is no design. Choose a .zip that was exported here.")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What came in one file: how the design is called, what it is made of, and its pictures."""

    code: str
    title: Mapping[str, str]
    making: Making
    document: Mapping[str, Any]
    pictures: Mapping[str, tuple[bytes, int | None, int | None]]


def exported(row: DesignVersion) -> bytes:
    """Write a version as one file: the same version, always the same bytes."""
    design = row.design
    if row.making is Making.DRAWN:
        parts = {
            DRAWN: json.dumps(row.document, ensure_ascii=False, indent=1, sort_keys=True).encode()
        }
    else:
        parts = {name: text.encode() for name, text in row.document.items()}
    parts |= {one.name: one.content for one in row.pictures}
    told = {
        "kind": KIND,
        "format": rules.FORMAT,
        "code": design.code,
        "version": row.number,
        "making": row.making.value,
        "title": {"zh": design.title_zh, "en": design.title_en},
        "files": {name: hashlib.sha256(parts[name]).hexdigest() for name in sorted(parts)},
    }
    parts[LIST] = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name), parts[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read(content: bytes) -> Parcel:
    """Read a file that was exported; raises BadInput with a sentence for whatever else it may be."""
    parts = _parts(content)
    told = _json(parts.pop(LIST, b""))
    if told.get("kind") != KIND or told.get("format") != rules.FORMAT:
        raise BadInput(say(NO_DESIGN))
    _refuse_damaged(parts, told.get("files"))
    title = told.get("title")
    making = told.get("making")
    if making not in list(Making) or not isinstance(title, dict):
        raise BadInput(say(NO_DESIGN))
    words = {one: str(title.get(one, ""))[:100] for one in ("zh", "en")}
    if not all(map(writable, words.values())):
        raise BadInput(say(NO_DESIGN))
    code = told.get("code") if isinstance(told.get("code"), str) else ""
    known = code if rules.CODE.fullmatch(str(code)) else ""
    document = _drawn(parts) if making == Making.DRAWN else _written(parts)
    pictures = {name: _picture(name, part) for name, part in parts.items()}
    return Parcel(str(known), words, Making(making), document, pictures)


def _parts(content: bytes) -> dict[str, bytes]:
    """Unpack, with limits that do not believe what the archive says of itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_odd(entries)
            return _unpacked(archive, entries)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise BadInput(say(NO_DESIGN)) from error
    except BEYOND as error:
        raise BadInput(say(NO_DESIGN)) from error


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    parts, left = {}, MOST_BYTES
    for entry in entries:
        with archive.open(entry) as opened:
            parts[entry.filename] = opened.read(left + 1)
        left -= len(parts[entry.filename])
        if left < 0:
            _refuse_size(MOST_BYTES + 1)
    return parts


def _refuse_odd(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_PARTS:
        text = N_("The file holds %(n)s parts, at most %(most)s.")
        raise BadInput(say(text, n=len(entries), most=MOST_PARTS))
    names = [entry.filename for entry in entries]
    odd = [n for n in names if not (NAME.fullmatch(n) or rules.FILE.fullmatch(n))]
    odd += [name for name in names if names.count(name) > 1]
    if odd:
        text = N_("The file holds a part with an odd name: “%(name)s”. Export it again.")
        shown = "".join(sign if sign.isprintable() else "?" for sign in odd[0])
        raise BadInput(say(text, name=shown[:60]))
    if (whole := sum(entry.file_size for entry in entries)) > MOST_BYTES:
        _refuse_size(whole)


def _refuse_size(size: int) -> None:
    text = N_("The file holds too much: %(n)s MB unpacked, at most %(most)s.")
    raise BadInput(say(text, n=-(-size // MEBI), most=MOST_BYTES // MEBI))


def _refuse_damaged(parts: Mapping[str, bytes], listed: Any) -> None:
    own = {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}
    if not isinstance(listed, dict):
        raise BadInput(say(NO_DESIGN))
    if differs := sorted(n for n in {*own, *listed} if own.get(n) != listed.get(n)):
        text = N_("The file is damaged: %(name)s is not what its list says. Export it again.")
        raise BadInput(say(text, name=str(differs[0])[:60]))


def _drawn(parts: dict[str, bytes]) -> dict[str, Any]:
    document = _json(parts.pop(DRAWN, b""))
    read_, problems = rules.read(document)
    if read_ is None:
        raise BadInput(say(NO_DESIGN), problems)
    return document


def _written(parts: dict[str, bytes]) -> dict[str, str]:
    try:
        texts = {name: parts.pop(name).decode() for name in WRITTEN}
    except (KeyError, UnicodeDecodeError) as error:
        raise BadInput(say(NO_DESIGN)) from error
    if any(len(text) > MOST_WORDS for text in texts.values()):
        raise BadInput(say(NO_DESIGN))
    return texts


def _picture(name: str, content: bytes) -> tuple[bytes, int | None, int | None]:
    """Look through a picture as when it is sent by itself; one that went through that already stays as it is."""
    if not rules.FILE.fullmatch(name):
        raise BadInput(say(NO_DESIGN))
    taken: Picture = artwork.kept(name, content)
    if taken.name.rpartition(".")[2] != name.rpartition(".")[2]:
        raise BadInput(say(NO_DESIGN))
    return taken.content, taken.width, taken.height


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise BadInput(say(NO_DESIGN)) from error
    if not isinstance(found, dict):
        raise BadInput(say(NO_DESIGN))
    return found
