"""Where the signing key comes from: a PKCS#12 or PEM file, a PKCS#11 token, or made here for a demonstration."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from asn1crypto import pem, x509
from cryptography import x509 as plain
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from flask import current_app
from pkcs11 import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from skillhub.kernel.clock import now
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import Settings, settings
from skillhub.kernel.signing.lasting import Lasting, NotLasting
from skillhub.kernel.signing.look import issued
from skillhub.kernel.signing.signer import Sign, Signer, stamper_of

DEMO = "demo"  # the setting that makes a key, and the name of its file
MARK = "DEMONSTRATION ONLY 仅供演示"
TOKEN = "pkcs11:"  # noqa: S105  (how such an address begins)
LASTS = timedelta(days=3650)
PROOFS = ("needed", "if reachable")  # what becomes of a paper when nobody tells of revocations


def own_signer() -> Signer | None:
    """Give the signer of this instance, opened once; None when papers are not signed."""
    if not settings.signing_key:
        return None
    kept = current_app.extensions
    if "skillhub.signer" not in kept:
        kept["skillhub.signer"] = open_signer(settings)
    return kept["skillhub.signer"]  # type: ignore[no-any-return]  # ours, put there above


def open_signer(chosen: Settings) -> Signer:
    """Open the key that the settings name; raises Conflict with what is wrong."""
    try:
        return _opened(chosen)
    except (OSError, ValueError, KeyError, PKCS11Error, NotLasting) as error:
        text = N_("The signing key of the settings cannot be opened: %(detail)s")
        raise Conflict(say(text, detail=str(error)[:300])) from error


def _opened(chosen: Settings) -> Signer:
    lasting = None
    if chosen.timestamp_url:
        roots = list(
            load_certs_from_pemder_data((chosen.instance / chosen.trusted_roots).read_bytes())
        )
        if chosen.signature_proofs not in PROOFS:
            raise ValueError(f"signature_proofs is one of: {', '.join(PROOFS)}")
        needed = chosen.signature_proofs == PROOFS[0]
        lasting = Lasting(stamper_of(chosen.timestamp_url), roots, needed=needed)
    if chosen.signing_key.startswith(TOKEN):
        return _from_token(chosen.signing_key, chosen.signing_password, lasting)
    if chosen.signing_key == DEMO:
        path = chosen.instance / "keys" / "demo-signature.p12"
        _make(path)
        return _from_pkcs12(path.read_bytes(), b"", lasting, demo=True)
    data, password = (chosen.instance / chosen.signing_key).read_bytes(), chosen.signing_password
    if pem.detect(data):
        return _from_pem(data, password.encode(), lasting)
    return _from_pkcs12(data, password.encode(), lasting)


def _from_pkcs12(
    data: bytes, password: bytes, lasting: Lasting | None, *, demo: bool = False
) -> Signer:
    key, own, others = pkcs12.load_key_and_certificates(data, password or None)
    if key is None or own is None:
        raise ValueError("the file holds no key with its certificate")
    return _signer(key, [own, *others], lasting, demo=demo)


def _from_pem(data: bytes, password: bytes, lasting: Lasting | None) -> Signer:
    """Read a file with a private key, its certificate, and the certificates above it, in this order."""
    key = serialization.load_pem_private_key(data, password or None)
    return _signer(key, plain.load_pem_x509_certificates(data), lasting)


def _signer(
    key: Any, certificates: list[plain.Certificate], lasting: Lasting | None, *, demo: bool = False
) -> Signer:
    for one in certificates[1:]:
        if not any(issued(one, above) for above in certificates):
            raise ValueError(
                f"the certificate above {one.subject.rfc4514_string()} is not in the file"
            )
    own, *others = (
        x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in certificates
    )
    store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(others)
    sign = _signing(key)
    return Signer(_Kept(sign, own, store), sign, demo=demo, lasting=lasting)


class _Kept(SimpleSigner):
    """pyHanko's signer with a key that was loaded once, by a library that knows its kind."""

    def __init__(self, sign: Sign, own: x509.Certificate, store: SimpleCertificateStore) -> None:
        super().__init__(own, None, store)
        self._value = sign

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        return self._value(data)


def _signing(key: Any) -> Sign:
    """Give what signs with a private key; raises ValueError for a kind that PAdES readers do not take."""
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return lambda data: key.sign(data, ec.ECDSA(hashes.SHA256()))
    raise ValueError("the key is neither RSA nor ECDSA")


def _from_token(address: str, pin: str, lasting: Lasting | None) -> Signer:
    """Open `pkcs11:token=NAME;object=LABEL?module-path=FILE` (RFC 7512); the PIN is the signing password."""
    path, _, query = address.removeprefix(TOKEN).partition("?")
    parts = dict(part.split("=", 1) for part in path.split(";"))
    session = open_pkcs11_session(
        parse_qs(query)["module-path"][0],
        token_criteria=TokenCriteria(label=unquote(parts["token"])),
        user_pin=pin or None,
    )
    label = unquote(parts["object"])
    framer = PKCS11Signer(session, cert_label=label, key_label=label)

    turn = threading.Lock()  # a session of a token serves one at a time

    def sign(data: bytes) -> bytes:
        with turn:
            return bytes(asyncio.run(framer.async_sign_raw(data, "sha256")))

    return Signer(framer, sign, lasting=lasting)


def _make(path: Path) -> None:
    """Make a key that says of itself that it proves nothing, once."""
    if path.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certified(key)
    data = pkcs12.serialize_key_and_certificates(
        b"demo", key, made, None, serialization.NoEncryption()
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_bytes(data)
    with contextlib.suppress(FileExistsError):  # of several processes at once exactly one wins
        os.link(draft, path)
    draft.unlink()


def _certified(key: ec.EllipticCurvePrivateKey) -> plain.Certificate:
    day = now().replace(microsecond=0)
    name = plain.Name(
        [
            plain.NameAttribute(NameOID.ORGANIZATION_NAME, f"SkillHub {MARK}"),
            plain.NameAttribute(NameOID.COMMON_NAME, f"{MARK} {day:%Y-%m-%d}"),
        ]
    )
    usage = dict.fromkeys(
        (
            *("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"),
            *("crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    return (
        plain.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(plain.random_serial_number())
        .not_valid_before(day - timedelta(days=1))
        .not_valid_after(day + LASTS)
        .add_extension(plain.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            plain.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
