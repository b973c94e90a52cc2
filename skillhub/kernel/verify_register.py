"""Verify a copy of the register against a signed checkpoint: a program of its own, to be run by anybody, anywhere.

    python verify_register.py COPY CHECKPOINT KEY

COPY is what `skillhub register export` wrote: for each act its SHA-256, a tab, and the sealed text. CHECKPOINT is the
signed note of a number of lines and the hash of the last of them; KEY is the public key it must be signed with, as the
office gave it when the register began. The program needs Python and the package cryptography, and nothing of SkillHub:
whoever does not trust the office takes it from elsewhere.

It prints the first thing that is wrong and exits with 1, or says that the copy is whole and exits with 0. A file that
cannot be opened is neither: it exits with 2.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from binascii import Error as NotEncoded
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIRST = "0" * 64
ED25519 = b"\x01"


class Wrong(Exception):
    """The copy, the checkpoint or the key is not what it must be."""


def key_of(written: str) -> tuple[str, bytes, bytes]:
    """Read name+hash+base64 of a public key; gives its name, the hash by which a note names it, and the key."""
    name, _, rest = written.strip().partition("+")
    stated, _, encoded = rest.partition("+")
    try:
        key = b64decode(encoded, validate=True)
    except NotEncoded:
        raise Wrong("the key is not base64") from None
    mark = sha256(f"{name}\n".encode() + key).digest()[:4]
    if len(key) != 33 or key[:1] != ED25519 or mark.hex() != stated:
        raise Wrong("this is no key of a register")
    return name, mark, key[1:]


def checkpoint_of(note: str, written_key: str) -> tuple[int, str]:
    """Check the signature of a checkpoint; gives how many lines it covers, and the hash of the last of them."""
    name, mark, key = key_of(written_key)
    text, gap, signatures = note.partition("\n\n")
    parts = text.split("\n")
    if not gap or len(parts) < 3 or parts[0] != name:
        raise Wrong("this is no checkpoint of this register")
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        signer, _, encoded = rest.partition(" ")
        try:
            blob = b64decode(encoded, validate=True)
        except NotEncoded:
            continue
        if dash == "—" and signer == name and blob[:4] == mark:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(blob[4:], f"{text}\n".encode())
            except InvalidSignature:
                raise Wrong("the signature of the checkpoint is false") from None
            return int(parts[1]), b64decode(parts[2]).hex()
    raise Wrong("the checkpoint is not signed with this key")


def follow(lines: Iterable[bytes], covered: int, head: str) -> int:
    """Follow the chain from its first line; raises Wrong at the first that does not fit. Gives the number of lines."""
    previous, number = FIRST, 0
    for number, line in enumerate(lines, 1):
        stated, _, text = line.rstrip(b"\n").partition(b"\t")
        own = sha256(text).hexdigest()
        if own.encode() != stated:
            raise Wrong(f"line {number} was changed")
        try:
            sealed = json.loads(text)
        except ValueError:
            raise Wrong(f"line {number} cannot be read") from None
        if sealed["previous"] != previous or sealed["id"] != number:
            raise Wrong(f"line {number} does not follow the one before")
        if number == covered and own != head:
            raise Wrong(
                f"line {number} is not the one that was signed: something before it was changed"
            )
        previous = own
    if number < covered:
        raise Wrong(f"the copy ends with line {number}; {covered} were signed")
    return number


def main(arguments: list[str]) -> int:
    """Verify the files named on the command line."""
    if len(arguments) != 3:
        sys.stderr.write("verify_register.py COPY CHECKPOINT KEY\n")
        return 2
    copy, note, key = map(Path, arguments)
    try:
        covered, head = checkpoint_of(note.read_text("utf-8"), key.read_text("utf-8"))
        with copy.open("rb") as lines:
            found = follow(lines, covered, head)
    except Wrong as wrong:
        sys.stderr.write(f"WRONG: {wrong}\n")
        return 1
    except UnicodeDecodeError as wrong:
        sys.stderr.write(f"WRONG: a file holds what we never write: {wrong}\n")
        return 1
    except OSError as missing:
        sys.stderr.write(f"nothing was verified: {missing.filename} cannot be read\n")
        return 2
    sys.stdout.write(f"whole: {found} lines, the first {covered} of them as they were signed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
