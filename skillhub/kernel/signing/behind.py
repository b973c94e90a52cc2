"""The process that looks at one file from anywhere: it closes the walls, reads the file from a pipe, and answers."""

from __future__ import annotations

import json
import os
import resource
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

from skillhub.kernel.press import jail
from skillhub.kernel.press.wire import pack, read

MEMORY, SECONDS = 1 << 29, 8  # of address space, and of the processor


def main() -> None:
    """Close the walls and look at one file."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak into the answer
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    jail.cut_network()
    house, zones = Path(__file__).resolve().parents[2], Path("/usr/share/zoneinfo")
    jail.wall_in([house, zones, *jail.library_folders()])
    if message := read(questions):
        answers.write(pack(seen(*message)))
        answers.flush()


def seen(words: dict[str, Any], pdf: bytes) -> dict[str, Any]:
    """Look at the signature of a file, at the number in its facts and at its structure."""
    # What reads the file is loaded behind the walls.
    from skillhub.kernel.archive.check import findings  # noqa: PLC0415
    from skillhub.kernel.signing.look import look  # noqa: PLC0415

    known, roots = ({b64decode(text) for text in words[name]} for name in ("known", "roots"))
    report = look(pdf, known, roots)._asdict()
    for name in ("claimed", "stamped"):
        report[name] = report[name] and report[name].isoformat()
    try:
        wrong = findings(pdf)
    except Exception as error:  # noqa: BLE001  (a file from anywhere may break any part of a reader)
        wrong = [f"file: {type(error).__name__}: {error}"[:200]]
    return {"report": report, "number": _number(pdf), "findings": wrong[:100]}


def _number(pdf: bytes) -> str:
    """Give the number that stands in the facts of a file."""
    from skillhub.kernel.archive.check import attached_facts  # noqa: PLC0415

    try:
        stated = json.loads(attached_facts(pdf) or "{}")
        return str(stated["facts"]["number"])[:200]
    except Exception:  # noqa: BLE001  (whatever stands there, it is no number of ours)
        return ""


if __name__ == "__main__":
    main()
