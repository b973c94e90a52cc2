"""Secrets in the database: sealed so that only this instance can read them, and found without being read."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from cryptography.fernet import Fernet

from skillhub.kernel.settings import settings


def seal(text: str) -> bytes:
    """Encrypt a text with the identity key of this instance."""
    return Fernet(settings.identity_key.encode()).encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """Decrypt what seal gave."""
    return Fernet(settings.identity_key.encode()).decrypt(sealed).decode()


def blind(text: str) -> str:
    """Give the blind index of a text: equal for equal texts, and useless without the index key."""
    return hmac.new(bytes.fromhex(settings.index_key), text.encode(), sha256).hexdigest()


def fresh_password() -> str:
    """Make a password to be handed over once: 79 random bits in signs that nobody confuses."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(4)) for _ in range(4))
