"""The process that prints: reads jobs from a pipe, behind walls, until the pipe closes."""

from __future__ import annotations

import json
import mimetypes
import os
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from skillhub.kernel import pdf_jail

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


def main() -> None:
    """Close the walls, warm the engine, and print until there is no more."""
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak into the answers
    mimetypes.init(files=[])
    pdf_jail.open_counters()
    fonts, cache = Path(sys.argv[1]), Path(sys.argv[2])
    network = pdf_jail.cut_network()
    house = Path(__file__).resolve().parents[1]
    files = pdf_jail.wall_in([fonts, cache, house, *pdf_jail.library_folders()])

    # The engine is loaded behind the walls; the press itself must not load it at all.
    from skillhub.kernel.pdf_work import Work  # noqa: PLC0415

    work = Work(fonts)
    answers.write(pack({"network": network, "files": files}))
    answers.flush()
    while message := read(jobs):
        words, tail = message
        answer, pdf = work.do(words, tail)
        answers.write(pack(answer, pdf))
        answers.flush()


if __name__ == "__main__":
    main()
