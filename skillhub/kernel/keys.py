"""The keys an instance signs with: one in use, the earlier ones kept so that what they signed can be checked for ever.

The private half lies in the folder `keys` of the instance, beside the settings and as secret as they are; the public
half is a row, so that a backup brings it along.
"""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from skillhub.kernel.access import Actor
from skillhub.kernel.db import Model, db, once_committed, transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings

KID_LENGTH = 16


class SigningKey(Model):
    """The public half of one key of this instance, and the time in which it signed."""

    __tablename__ = "signing_keys"

    id: Mapped[Key]
    kid: Mapped[str] = mapped_column(unique=True)  # the beginning of the SHA-256 of the public half
    public: Mapped[str]  # its 32 bytes in base64
    since: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


def published() -> Sequence[SigningKey]:
    """Give every key this instance has ever signed with, the one in use first."""
    return db.session.scalars(select(SigningKey).order_by(SigningKey.id.desc())).all()


def public_of(key: SigningKey) -> Ed25519PublicKey:
    """Give the public half."""
    return Ed25519PublicKey.from_public_bytes(b64decode(key.public))


def pem_of(key: SigningKey) -> bytes:
    """Write the public half as a file that other programs read."""
    return public_of(key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def known_in_use() -> SigningKey | None:
    """Give the key in use, where there is one."""
    return db.session.scalar(select(SigningKey).where(SigningKey.retired_at.is_(None)))


@transaction()
def in_use(actor: Actor, moment: datetime) -> SigningKey:
    """Give the key in use; an instance that never signed makes its first one."""
    return known_in_use() or _made(actor, moment)


@transaction()
def rotate(actor: Actor, moment: datetime) -> SigningKey:
    """Retire the key in use and make another; the earlier one stays published, its private half is destroyed."""
    old = known_in_use()
    if old:
        old.retired_at = moment
        db.session.flush()
    new = _made(actor, moment)
    if old:
        spent = _file(old.kid)
        once_committed(lambda: spent.unlink(missing_ok=True))
    return new


def private_of(key: SigningKey) -> Ed25519PrivateKey:
    """Give the private half, or say where it must be put."""
    try:
        found = load_pem_private_key(_file(key.kid).read_bytes(), None)
    except (OSError, ValueError):
        sentence = N_(
            "The signing key %(file)s is missing or damaged. Put it back from your copy, or run: skillhub keys rotate"
        )
        raise Conflict(say(sentence, file=str(_file(key.kid)))) from None
    if not isinstance(found, Ed25519PrivateKey) or _raw(found.public_key()) != b64decode(
        key.public
    ):
        raise Conflict(say(N_("The file %(file)s holds another key."), file=str(_file(key.kid))))
    return found


def _made(actor: Actor, moment: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    raw = _raw(private.public_key())
    kid = hashlib.sha256(raw).hexdigest()[:KID_LENGTH]
    path = _file(kid)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    made = SigningKey(kid=kid, public=b64encode(raw).decode(), since=moment)
    db.session.add(made)
    act(actor, "keys.make", note={"kid": kid})
    return made


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _file(kid: str) -> Path:
    return settings.instance / "keys" / f"{kid}.pem"
