"""What a competition file states, and where in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from skillhub.kernel.messages import N_, Problem, say


@dataclass(frozen=True, slots=True)
class Draft:
    """A competition as its file states it: plain values, and the text to find lines in."""

    competition: dict[str, Any]
    organisations: dict[str, Any]
    defaults: dict[str, Any]
    events: tuple[dict[str, Any], ...]
    text: str = ""

    def locate(self, problem: Problem) -> Problem:
        """Put the line of the file in front of a problem's path."""
        where = f"{say(N_('line %(n)s'), n=line_of(self.text, problem.where))}, {problem.where}"
        return Problem(where, problem.message, problem.severity)


def line_of(text: str, path: str) -> int:
    """Find the line of the file that a path such as event[3].awards.window speaks of; 1 if none does."""
    table, number, key = _steps(path)
    header = re.compile(rf"^\s*\[{{1,2}}\s*{re.escape(table)}\s*\]{{1,2}}")
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if header.match(line)]
    if number >= len(starts):
        return 1
    first = starts[number]
    for n, line in enumerate(lines[first + 1 :], first + 1):
        if line.lstrip().startswith("["):
            break
        if key and re.match(rf"^\s*\"?{re.escape(key)}\"?\s*[=.]", line):
            return n + 1
    return first + 1


def _steps(path: str) -> tuple[str, int, str]:
    """Split a path into its table, which of them, and the key inside."""
    match = re.match(r"^(\w+)(?:\[(\d+)\])?(?:\.([^.\[]+))?", path)
    if match is None:
        return "", 0, ""
    return match[1], int(match[2] or 0), match[3] or ""
