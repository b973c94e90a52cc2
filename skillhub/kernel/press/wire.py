"""How the press and its process talk: a length-prefixed JSON object, and bytes behind it."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

HEAD = struct.Struct(">II")  # length of the JSON, length of the bytes behind it
MOST_JSON, MOST_BYTES = 2_000_000, 64_000_000


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Read one message; None at the end."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    words, tail = HEAD.unpack(head)
    if words > MOST_JSON or tail > MOST_BYTES:
        return None
    return json.loads(stream.read(words)), stream.read(tail)


def pack(words: dict[str, Any], tail: bytes = b"") -> bytes:
    """Frame one message."""
    text = json.dumps(words, ensure_ascii=False).encode()
    return HEAD.pack(len(text), len(tail)) + text + tail
