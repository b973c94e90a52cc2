"""Bringing a file of the engine into the form it is kept in: claims, the facts attached, a place for the signature.

The objects that differ from person to person are marked in the catalog: /Metadata, the attached file (`attached`)
and the signature (`sealed_in`). A stamped file writes them in its tail with the words that stand here.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from skillhub.kernel.archive.claims import claims

PLAIN = pikepdf.ObjectStreamMode.disable
FACTS = "facts.json"
CONTENTS = b"/Contents <%b>"
RANGE = b"/ByteRange [ 0 1000000000 1000000000 1000000000 ]"
MOMENT = b"/M (D:00000000000000Z)"
SEAL = (
    b"<<%b %b /Filter /Adobe.PPKLite %b /Reference [<</TransformMethod /DocMDP /TransformParams "
    b"<</P 1 /Type /TransformParams /V /1.2>> /Type /SigRef>>] /SubFilter /ETSI.CAdES.detached /Type /Sig>>"
)
CLAIMS = b"<</Subtype /XML /Type /Metadata /Length %d>>\nstream\n%b\nendstream"
ATTACHED = b"/Params %b /Subtype /application#2fjson /Type /EmbeddedFile"
PRINTED_LOCKED = 4 | 128  # flags of an annotation
SIGNED_APPEND_ONLY = 1 | 2  # flags of a form
SIGNATURE_SAYS = "电子签名 · Electronic signature"


def archival(pdf: bytes, facts: bytes, room: int = 0) -> bytes:
    """Give the file as it is kept: PDF/A-3a, PDF/UA-1, `facts` (JSON) attached, `room` bytes for a signature."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        said = {key: str(value) for key, value in file.docinfo.items()}
        file.Root.Metadata = Stream(file, claims(said), Type=Name.Metadata, Subtype=Name.XML)
        _attach(file, facts, said)
        for thing in file.objects:
            if isinstance(thing, Stream) and "/Interpolate" in thing:
                del thing["/Interpolate"]
        if room:
            _make_room(file, room)
        file.save(out, object_stream_mode=PLAIN, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def parameters(facts: bytes, date: str | None) -> bytes:
    """Write what is said of the attached file: its length, its fingerprint, its day."""
    day = f" /ModDate ({date})" if date else ""
    known = hashlib.md5(facts, usedforsecurity=False).hexdigest()
    return f"<</CheckSum <{known}>{day} /Size {len(facts)}>>".encode()


def seal_of(room: int) -> bytes:
    """Write a signature whose bytes, places and moment are still to come."""
    return SEAL % (RANGE, CONTENTS % (b"0" * room * 2), MOMENT)


def attached(file: pikepdf.Pdf) -> Any:
    """Give the stream of the attached facts."""
    return file.Root.AF[0].EF.F


def sealed_in(file: pikepdf.Pdf) -> Any:
    """Give the signature of a file; None when it has no room for one."""
    return file.Root.Perms.DocMDP if "/Perms" in file.Root else None


def _attach(file: pikepdf.Pdf, facts: bytes, said: dict[str, str]) -> None:
    stream = Stream(file, facts, Type=Name.EmbeddedFile, Subtype=Name("/application/json"))
    stream.Params = pikepdf.Object.parse(parameters(facts, said.get("/CreationDate")))
    spec = file.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=FACTS,
            UF=FACTS,
            Desc="证书所载事实 · The facts of this certificate",
            AFRelationship=Name.Data,
            EF=Dictionary(F=stream, UF=stream),
        )
    )
    file.Root.AF = Array([spec])
    file.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=[String(FACTS), spec]))


def _make_room(file: pikepdf.Pdf, room: int) -> None:
    """Give the first page an invisible field that holds the signature; nothing may be changed behind it."""
    page = file.pages[0].obj
    seal = file.make_indirect(pikepdf.Object.parse(seal_of(room)))
    field = file.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T="Signature",
            TU=SIGNATURE_SAYS,
            Contents=SIGNATURE_SAYS,
            Rect=[0, 0, 0, 0],
            F=PRINTED_LOCKED,
            P=page,
            V=seal,
        )
    )
    page.Annots = Array([*page.get("/Annots", []), field])
    file.Root.AcroForm = Dictionary(Fields=[field], SigFlags=SIGNED_APPEND_ONLY)
    file.Root.Perms = Dictionary(DocMDP=seal)
    _tag(file, page, field)


def _tag(file: pikepdf.Pdf, page: Any, field: Any) -> None:
    """Give the field its place at the end of the structure tree."""
    root = file.Root.StructTreeRoot
    whole, numbers = root.K[0], root.ParentTree.Nums
    element = file.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Form, P=whole, Pg=page, Alt=SIGNATURE_SAYS)
    )
    element.K = Array([Dictionary(Type=Name.OBJR, Obj=field, Pg=page)])
    whole.K.append(element)
    last = max(int(numbers[n]) for n in range(0, len(numbers), 2))
    field.StructParent = last + 1
    numbers.append(last + 1)
    numbers.append(element)
