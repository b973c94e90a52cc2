"""Looking at a file from anywhere, in a process of its own and behind walls: what breaks it breaks nothing of ours."""

from __future__ import annotations

import io
import subprocess
import sys
from base64 import b64encode
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from skillhub.kernel.press.wire import pack, read
from skillhub.kernel.signing.look import Report, Seen

HOUSE = Path(__file__).parents[3]
PATIENCE = 20.0  # seconds
ALONE = {"LANG": "C.UTF-8", "HOME": "/nonexistent", "PATH": "/nonexistent", "TZ": "UTC"}
BROKEN = Report(Seen.CHANGED, why="the file could not be read in the time and memory there are")


class Looked(NamedTuple):
    """What a file shows: its signature, the number it states, and what keeps it from being PDF/A and PDF/UA."""

    report: Report
    number: str
    findings: list[str]


def looked(pdf: bytes, known: Collection[bytes], roots: Collection[bytes] = ()) -> Looked:
    """Look at a file; one that cannot be read is no file of ours. `known` and `roots` as in `look`."""
    words = {
        "known": [b64encode(der).decode() for der in known],
        "roots": [b64encode(der).decode() for der in roots],
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "skillhub.kernel.signing.behind"],
            input=pack(words, pdf),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            cwd=HOUSE,
            env=ALONE | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired:
        return Looked(BROKEN, "", [BROKEN.why])
    answer = read(io.BytesIO(done.stdout)) if done.returncode == 0 else None
    if answer is None:
        return Looked(BROKEN, "", [BROKEN.why])
    told, _ = answer
    return Looked(_report(told["report"]), str(told["number"]), list(map(str, told["findings"])))


def _report(told: dict[str, Any]) -> Report:
    times = {name: datetime.fromisoformat(told[name]) if told[name] else None for name in TIMES}
    return Report(**{**told, **times, "seen": Seen(told["seen"])})


TIMES = ("claimed", "stamped")
