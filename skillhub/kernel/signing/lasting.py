"""What makes a signature last longer than its certificate: a timestamp, and the proofs of that day in the file."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, RevokedError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

SLACK = 512  # bytes by which one timestamp may be longer than another
PATIENCE = 10  # seconds for one answer of a server that knows of revocations

log = logging.getLogger(__name__)


class NotLasting(Exception):
    """The timestamp or a proof cannot be had; the message says why.

    `code` is "revoked" where a certificate is, "unproven" where nobody who knows could be reached, else "sign".
    """

    def __init__(self, message: str, code: str = "sign") -> None:
        super().__init__(message)
        self.code = code


class Lasting:
    """A timestamp server, and the roots up to which certificates are proven (OCSP, CRLs and chains are kept).

    `needed`: a paper whose proofs cannot be fetched is not signed; else it is, with its timestamp alone. A revoked
    certificate signs nothing in either case.
    """

    def __init__(
        self,
        stamper: TimeStamper,
        roots: Sequence[x509.Certificate],
        *,
        fetch: bool = True,
        needed: bool = True,
    ) -> None:
        self.stamper = stamper
        self.roots = list(roots)
        self.fetch, self.needed = fetch, needed
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

        Raises NotLasting when a certificate is revoked, or when a proof that is needed cannot be had.
        """
        try:
            whole: bytes = _asked(self._with_proofs(block + tail))
            return whole[len(block) :]
        except NotLasting as missing:
            if missing.code != "unproven" or self.needed:
                raise
            log.warning("signed without the proofs of its day: %s", missing)
            return tail

    async def _with_proofs(self, pdf: bytes) -> bytes:
        signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
        asking = AIOHttpFetcherBackend(per_request_timeout=PATIENCE)
        context = ValidationContext(
            trust_roots=self.roots,
            allow_fetching=self.fetch,
            revocation_mode="hard-fail" if self.fetch else "soft-fail",
            fetcher_backend=asking,
        )
        try:
            out = await async_add_validation_info(signature, context)
        finally:
            await asking.close()  # type: ignore[no-untyped-call]
        return bytes(out.getvalue())


def _asked(question: Coroutine[Any, Any, Any]) -> Any:
    """Put a question to the world outside; whatever goes wrong there has one name here."""
    try:
        return asyncio.run(question)
    except Exception as error:
        code = next((code for kind, code in CODES.items() if isinstance(error, kind)), "sign")
        raise NotLasting(f"{type(error).__name__}: {error}"[:300], code) from error


CODES = {RevokedError: "revoked", InsufficientRevinfoError: "unproven"}
