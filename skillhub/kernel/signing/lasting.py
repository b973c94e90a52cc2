"""What makes a signature last longer than its certificate: a timestamp, and the proofs of that day in the file."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Coroutine, Sequence
from typing import Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko_certvalidator import ValidationContext

SLACK = 512  # bytes by which one timestamp may be longer than another


class NotLasting(Exception):
    """The timestamp or a proof cannot be had; the message says why."""


class Lasting:
    """A timestamp server, and the roots up to which certificates are proven (OCSP, CRLs and chains are kept)."""

    def __init__(
        self, stamper: TimeStamper, roots: Sequence[x509.Certificate], *, fetch: bool = True
    ) -> None:
        self.stamper = stamper
        self.roots = list(roots)
        self.fetch = fetch
        self.room = len(_asked(stamper.async_dummy_response("sha256")).dump()) + SLACK

    def stamped(self, signature: bytes) -> bytes:
        """Add the timestamp of a signature to it; raises NotLasting when the server gives none."""
        made = cms.ContentInfo.load(signature)
        info = made["content"]["signer_infos"][0]
        digest = hashlib.sha256(info["signature"].native).digest()
        token = _asked(self.stamper.async_timestamp(digest, "sha256"))
        row = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})
        info["unsigned_attrs"] = cms.CMSAttributes([row])
        return bytes(made.dump(force=True))

    def proven(self, block: bytes, tail: bytes) -> bytes:
        """Add the proofs behind a signed file, as an update that changes nothing it shows; gives the longer tail.

        Raises NotLasting when a proof cannot be had.
        """
        file = PdfFileReader(io.BytesIO(block + tail))
        context = ValidationContext(
            trust_roots=self.roots,
            allow_fetching=self.fetch,
            revocation_mode="hard-fail" if self.fetch else "soft-fail",
        )
        out = _asked(async_add_validation_info(file.embedded_signatures[0], context))
        return bytes(out.getvalue()[len(block) :])


def _asked(question: Coroutine[Any, Any, Any]) -> Any:
    """Put a question to the world outside; whatever goes wrong there has one name here."""
    try:
        return asyncio.run(question)
    except Exception as error:
        raise NotLasting(f"{type(error).__name__}: {error}"[:300]) from error
