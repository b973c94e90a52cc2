"""Signing a paper: pyHanko frames the signature once for a key, then only its digest and its value change.

To frame it anew for each paper costs 8 to 36 ms, most of it for loading the key; to fill the frame costs the key's own
work, a quarter of a millisecond.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.sign.signers import Signer as Framer
from pyhanko.sign.timestamps import TimeStamper

from skillhub.kernel.archive.form import CONTENTS, MOMENT, RANGE
from skillhub.kernel.press.plan import begun
from skillhub.kernel.signing.lasting import Lasting

DIGEST = hashlib.sha256(b"to be replaced").digest()
TRIES = 16  # signatures made to learn how long they usually are

Sign = Callable[[bytes], bytes]


def name_of(certificate: x509.Certificate) -> str:
    """Give the common name of a certificate, or all that it says where it has none."""
    subject = certificate.subject
    return str(subject.native.get("common_name") or subject.human_friendly)


class Signer:
    """A key with its certificate. `room` is the bytes a signature takes; `demo` marks a key that proves nothing."""

    def __init__(
        self, framer: Framer, sign: Sign, *, demo: bool = False, lasting: Lasting | None = None
    ) -> None:
        self.certificate: x509.Certificate = framer.signing_cert
        self.demo = demo
        self.lasting = lasting
        self._sign = sign
        self._frame(framer)
        self.room = len(self._parts(DIGEST)) + (lasting.room if lasting else 0)

    @property
    def name(self) -> str:
        """Name the signer as the certificate does."""
        return name_of(self.certificate)

    @property
    def fingerprint(self) -> str:
        """Give the SHA-256 of the certificate."""
        return hashlib.sha256(self.certificate.dump()).hexdigest()

    def sealed(self, block: bytes, tail: bytes, moment: datetime) -> bytes:
        """Give the tail with its signature over block and tail; raises ValueError when it has no room for one."""
        empty = CONTENTS % (b"0" * self.room * 2)
        start = len(block) + tail.index(empty) + CONTENTS.index(b"<")
        end = start + 2 + self.room * 2
        rest = len(block) + len(tail) - end
        places = b"/ByteRange [0 %d %d %d]" % (start, end, rest)
        when = moment.strftime("/M (D:%Y%m%d%H%M%SZ)").encode()
        ready = tail.replace(RANGE, places.ljust(len(RANGE)), 1).replace(MOMENT, when, 1)
        cut, on = start - len(block), end - len(block)
        digest = begun(block)
        digest.update(ready[:cut])
        digest.update(ready[on:])
        signature = self._parts(digest.digest())
        if self.lasting:
            signature = self.lasting.stamped(signature)
        shown = signature.hex().encode().ljust(self.room * 2, b"0")
        whole = ready[: cut + 1] + shown + ready[on - 1 :]
        return self.lasting.proven(block, whole) if self.lasting else whole

    def _frame(self, framer: Framer) -> None:
        """Let pyHanko write a signature, and learn where its digest and its value stand."""
        made = asyncio.run(framer.async_sign(DIGEST, "sha256", use_pades=True))
        info: Any = made["content"]["signer_infos"][0]
        frame, attributes = made.dump(), b"\x31" + info["signed_attrs"].dump()[1:]
        value = info["signature"].native
        self._attributes = attributes.split(DIGEST)
        usual = Counter(len(self._sign(attributes)) for _ in range(TRIES)).most_common(1)[0][0]
        if len(value) != usual:
            self._frame(framer)
            return
        before, rest = frame.split(DIGEST)
        between, after = rest.split(value)
        self._pieces, self._length = (before, between, after), usual

    def _parts(self, digest: bytes) -> bytes:
        """Write the signature of a digest; one of another length than the frame's (ECDSA has three) is made anew."""
        attributes = digest.join(self._attributes)
        value = self._sign(attributes)
        while len(value) != self._length:
            value = self._sign(attributes)
        before, between, after = self._pieces
        return b"".join([before, digest, between, value, after])


def stamper_of(url: str) -> TimeStamper:
    """Give the client of a timestamp server."""
    from pyhanko.sign.timestamps import HTTPTimeStamper  # noqa: PLC0415  (loads a web client)

    return HTTPTimeStamper(url)
