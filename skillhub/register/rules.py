"""How a checkpoint is written: a signed note, as transparency logs have it."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from urllib.parse import urlsplit

ED25519 = b"\x01"


def origin(public_url: str) -> str:
    """Name the register after where it is kept, such as skills.example/register."""
    parts = urlsplit(public_url)
    return f"{parts.netloc}{parts.path.rstrip('/')}/register".replace("+", "-").replace(" ", "-")


def text_of(name: str, size: int, head: str) -> str:
    """Write what is signed: the name, the number of lines, the hash of the last one."""
    return f"{name}\n{size}\n{b64encode(bytes.fromhex(head)).decode()}\n"


def written_key(name: str, public: bytes) -> str:
    """Write a public key as a checker takes it: name, hash, key."""
    key = ED25519 + public
    return f"{name}+{_mark(name, key).hex()}+{b64encode(key).decode()}"


def note_of(name: str, text: str, public: bytes, signature: bytes) -> str:
    """Write a checkpoint with its signature."""
    signed = b64encode(_mark(name, ED25519 + public) + signature).decode()
    return f"{text}\n— {name} {signed}\n"


def _mark(name: str, key: bytes) -> bytes:
    return hashlib.sha256(f"{name}\n".encode() + key).digest()[:4]
