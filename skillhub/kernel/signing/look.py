"""Looking at a file that came back: is it signed, by whom, and was anything changed, added or taken away."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from asn1crypto import algos, cms, x509
from cryptography import x509 as plain
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko_certvalidator import ValidationContext

from skillhub.kernel.signing.signer import name_of

TRACES = (b"/ByteRange", b"/Adobe.PPKLite", b"/AcroForm", b"/DocMDP")
DIGESTS = tuple(
    algos.DigestAlgorithm({"algorithm": "sha256"} | more).dump()
    for more in ({}, {"parameters": None})
)


class Seen(StrEnum):
    """What a file shows of its signature."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"  # the signed bytes are not the ones that were signed
    ADDED = "added"  # something was added behind them
    FOREIGN = "foreign"  # whole, and signed by somebody else
    STRIPPED = "stripped"  # a signature was here
    UNSIGNED = "unsigned"


class Report(NamedTuple):
    """What was found; `signer` and `fingerprint` are what the signature says, and proven only by UNCHANGED."""

    seen: Seen
    signer: str = ""
    fingerprint: str = ""
    claimed: datetime | None = None  # when it says it was signed
    stamped: datetime | None = None  # when a timestamp server saw it
    why: str = ""


def look(pdf: bytes, known: Collection[bytes], roots: Collection[bytes] = ()) -> Report:
    """Look at a file. `known` are the certificates (DER) we sign or signed with, `roots` those of timestamp servers."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what is wrong stands in the report
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        if not signatures:
            left = any(trace in pdf for trace in TRACES)
            return Report(Seen.STRIPPED if left else Seen.UNSIGNED)
        return _report(pdf, signatures, known, roots)
    except Exception as error:  # noqa: BLE001  (whatever a broken file makes of the reader, it was changed)
        return Report(Seen.CHANGED, why=f"{type(error).__name__}: {error}"[:200])


def _report(
    pdf: bytes,
    signatures: list[EmbeddedPdfSignature],
    known: Collection[bytes],
    roots: Collection[bytes],
) -> Report:
    one = signatures[0]
    der = one.signer_cert.dump()
    said = Report(
        Seen.UNCHANGED,
        signer=name_of(one.signer_cert),
        fingerprint=hashlib.sha256(der).hexdigest(),
        claimed=one.self_reported_timestamp,
    )
    if why := _loose(pdf, one):
        return said._replace(seen=Seen.CHANGED, why=why)
    status = _validated(one, der, roots)
    stamp = status.timestamp_validity
    said = said._replace(stamped=stamp.timestamp if stamp and stamp.valid else None)
    if not (status.intact and status.valid):
        return said._replace(seen=Seen.CHANGED, why="the signed bytes were changed")
    if len(signatures) > 1 or _added(pdf, status):
        return said._replace(seen=Seen.ADDED, why="something was added behind the signature")
    if der not in known:
        return said._replace(seen=Seen.FOREIGN, why="signed with a key that is not ours")
    return said


def _loose(pdf: bytes, one: EmbeddedPdfSignature) -> str:
    """Say what is odd about the bytes that no signature covers: its own, and where they stand."""
    start, length, behind, rest = (int(number) for number in one.byte_range)
    gap = pdf[start + length : behind]
    shown = one.pkcs7_content.hex().encode()
    bare = gap[:1] + gap[-1:] == b"<>" and gap[1:-1].rstrip(b"0") == shown.rstrip(b"0")
    if start != 0 or not bare or not _usual(one):
        return "the signature is written in another way than ours"
    if one.docmdp_level is not MDPPerm.NO_CHANGES:
        return "the signature does not forbid changes"
    if rest > len(pdf) - behind:
        return "the file is shorter than when it was signed"
    return ""


def _usual(one: EmbeddedPdfSignature) -> bool:
    """Tell whether what a signature says of itself, and does not sign, is what every one of ours says."""
    data, info, own = one.signed_data, one.signer_info, one.signer_cert
    named = {"issuer": own.issuer, "serial_number": own.serial_number}
    digests = [digest.dump() for digest in data["digest_algorithms"]]
    return (
        data["version"].native == info["version"].native == "v1"
        and digests == [info["digest_algorithm"].dump()]
        and digests[0] in DIGESTS
        and info["sid"].chosen.dump() == cms.IssuerAndSerialNumber(named).dump()
        and _vouched([own.dump(), *(other.dump() for other in one.other_embedded_certs)])
        and len(data["certificates"]) == 1 + len(one.other_embedded_certs)
    )


def _vouched(chain: Sequence[bytes]) -> bool:
    """Tell whether every certificate above the signer's is signed by one of them, the last by itself."""
    read = [plain.load_der_x509_certificate(der) for der in chain]
    return all(any(issued(one, above) for above in read) for one in read[1:])


def issued(one: plain.Certificate, above: plain.Certificate) -> bool:
    """Tell whether one certificate was signed with the key of another."""
    try:
        one.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _added(pdf: bytes, status: Any) -> bool:
    """Tell whether more than proofs of the signature stands behind it."""
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return False
    whole = pdf.rstrip(b"\r\n").endswith(b"%%EOF")
    return not whole or status.modification_level is not ModificationLevel.LTA_UPDATES


def _validated(one: EmbeddedPdfSignature, der: bytes, roots: Collection[bytes]) -> Any:
    """Check the signature against its own certificate; whether that is one of ours is for the caller to say."""
    own = ValidationContext(trust_roots=[x509.Certificate.load(der)], revocation_mode="soft-fail")
    stamps = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots], revocation_mode="soft-fail"
    )
    return asyncio.run(async_validate_pdf_signature(one, own, stamps))
