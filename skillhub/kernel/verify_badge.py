"""Check a badge: a program of its own, to be run by anybody, anywhere.

    python verify_badge.py BADGE KEYS [LIST]

BADGE is a badge as its holder got it (.svg, .png or the credential alone); KEYS the public keys of the office that
issued it, as PEM or JSON. Whether it was revoked stands in a status list: its file may be named, or it is fetched from
where the badge says. The program needs Python and the package cryptography, and nothing of SkillHub.

It prints one word and why: valid (exit 0), revoked, expired or false (exit 1), or unknown (exit 2): the badge is sound,
but nobody could say whether it still counts; or one of the files could not be read.
"""

from __future__ import annotations

import json
import re
import struct
import sys
import urllib.request
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

VALID, REVOKED, EXPIRED, UNKNOWN, FALSE = "valid", "revoked", "expired", "unknown", "false"
EXITS = {VALID: 0, REVOKED: 1, EXPIRED: 1, FALSE: 1, UNKNOWN: 2}
PNG, KEYWORD = b"\x89PNG\r\n\x1a\n", b"openbadgecredential\0"
BAKED = re.compile(rb"<openbadges:credential\b[^>]*\bverify=\"([\w.-]+)\"")
PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)
LARGEST = 5 * 1024 * 1024
Key = Ed25519PublicKey


class Unsound(Exception):
    """What was given is no badge of this office."""


def token_in(content: bytes) -> str:
    """Find the one credential in a badge."""
    if content.startswith(PNG):
        found = _in_png(content)
    elif b"<svg" in content:
        found = BAKED.findall(content)
    else:
        found = [content.strip()]
    if len(found) != 1:
        raise Unsound(f"it holds {len(found)} credentials")
    return found[0].decode("ascii", "replace")


def keys_in(content: bytes) -> list[Key]:
    """Read public keys: PEM, one JWK, or a set of them."""
    try:
        if found := PEM.findall(content):
            read = [load_pem_public_key(pem) for pem in found]
            return [key for key in read if isinstance(key, Ed25519PublicKey)]
        stated = json.loads(content)
        return [
            Ed25519PublicKey.from_public_bytes(_bytes(k["x"])) for k in stated.get("keys", [stated])
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unsound("the keys cannot be read") from None


def opened(token: str, keys: Sequence[Key]) -> dict[str, Any]:
    """Check the signature of a token; gives what it says."""
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    try:
        signed, sign = f"{head}.{body}".encode(), _bytes(signature)
        if json.loads(_bytes(head))["alg"] != "EdDSA" or not any(
            _fits(k, sign, signed) for k in keys
        ):
            raise Unsound("the signature is false")
        said = json.loads(_bytes(body))
    except (ValueError, KeyError, TypeError):
        raise Unsound("the credential cannot be read") from None
    if not isinstance(said, dict):
        raise Unsound("the credential cannot be read")
    return said


def verdict(
    content: bytes, keys: Sequence[Key], fetch: Callable[[str], bytes], moment: datetime
) -> tuple[str, str]:
    """Judge a badge; gives one word, and why."""
    try:
        said = opened(token_in(content), keys)
        subject = said["credentialSubject"]["achievement"]["name"]
        since, until = _instant(said["validFrom"]), _instant(said.get("validUntil"))
    except Unsound as wrong:
        return FALSE, str(wrong)
    except (KeyError, TypeError, ValueError):
        return FALSE, "it is not a badge"
    if since and since > moment:
        return FALSE, "it is not valid yet"
    if until and until < moment:
        return EXPIRED, f"it was valid until {until:%Y-%m-%d}"
    entry = said.get("credentialStatus")
    if entry is None:
        return VALID, subject
    try:
        revoked = _is_set(entry, said["issuer"]["id"], keys, fetch, moment)
    except (Unsound, OSError, ValueError, KeyError, TypeError, IndexError, zlib.error) as wrong:
        return UNKNOWN, f"the status list could not be used: {wrong}"
    return (REVOKED, "it was revoked") if revoked else (VALID, subject)


def _is_set(
    entry: dict[str, Any],
    issuer: str,
    keys: Sequence[Key],
    fetch: Callable[[str], bytes],
    moment: datetime,
) -> bool:
    address, place = entry["statusListCredential"], int(entry["statusListIndex"])
    said = opened(fetch(address).decode("ascii").strip(), keys)
    listed = said["credentialSubject"]
    until = _instant(said.get("validUntil"))
    if said["id"] != address or said["issuer"] != issuer or listed["statusPurpose"] != "revocation":
        raise Unsound("it is another list")
    if until and until < moment:
        raise Unsound("it is out of date")
    bits = zlib.decompressobj(31).decompress(_bytes(listed["encodedList"][1:]), LARGEST)
    if place < 0:
        raise Unsound("no such place")
    return bool(bits[place // 8] & (0x80 >> place % 8))


def _in_png(content: bytes) -> list[bytes]:
    found, at = [], len(PNG)
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if kind == b"iTXt" and body.startswith(KEYWORD):
            found.append(body[len(KEYWORD) + 2 :].split(b"\0", 2)[2])
        at += 12 + length
    return found


def _fits(key: Key, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _bytes(text: str) -> bytes:
    """Decode base64url; another spelling of the same bytes is refused."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError("not base64url")
    return raw


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _fetched(address: str) -> bytes:
    """Fetch a status list; nothing but the web is asked."""
    if not address.startswith(("https://", "http://")):
        raise Unsound("its address is none of the web")
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  (looked at above)
        return bytes(answer.read(LARGEST))


def main(arguments: list[str]) -> int:
    """Check the files named on the command line."""
    if len(arguments) not in {2, 3}:
        sys.stderr.write("verify_badge.py BADGE KEYS [LIST]\n")
        return 2
    word, why = _answer(arguments)
    sys.stdout.write(f"{word}: {why}\n")
    return EXITS[word]


def _answer(names: Sequence[str]) -> tuple[str, str]:
    """Give the word and why; a badge is not false because a file beside it is missing or none of keys."""
    try:
        badge, keys, *listed = [Path(name).read_bytes() for name in names]
        known = keys_in(keys)
    except OSError as missing:
        return UNKNOWN, f"{missing.filename} cannot be read"
    except Unsound as wrong:
        return UNKNOWN, f"{wrong}: {names[1]}"
    fetch = (lambda address: listed[0]) if listed else _fetched
    try:
        return verdict(badge, known, fetch, datetime.now(UTC))
    except Unsound as wrong:
        return FALSE, str(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
