"""The competition file (TOML): from its text to a draft, every mistake at once with its line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from skillhub.kernel.messages import N_, Message, Problem, say

SCHEMA = Path(__file__).with_name("schema.json")
OWN = ("code", "name", "name_en")  # of an event; everything else may come from the defaults


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


def read(text: str) -> tuple[Draft | None, list[Problem]]:
    """Read a competition file; a file with problems gives no draft."""
    try:
        document = _plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as mistake:
        wrong = say(N_("This is not TOML: %(mistake)s."), mistake=str(mistake))
        return None, [Problem("", wrong)]
    mistakes = sorted(_validator().iter_errors(document), key=lambda e: list(map(str, e.path)))
    problems = [problem for mistake in mistakes for problem in _told(mistake)]
    if not problems:
        problems = [*_days(document), *_twice(document)]
    draft = Draft(
        document.get("competition", {}),
        document.get("organisations", {}),
        document.get("defaults", {}),
        tuple({**document.get("defaults", {}), **event} for event in document.get("event", [])),
        text,
    )
    return (None if problems else draft), [draft.locate(problem) for problem in problems]


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


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _plain(value: Any) -> Any:
    """Write TOML's own dates as text, so that a date may stand with or without quotes."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value


def _told(mistake: ValidationError) -> Iterable[Problem]:
    """Say a schema's complaint as a person would."""
    if mistake.context and not mistake.path:
        mistake = best_match(mistake.context) or mistake
    where = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in mistake.absolute_path)
    yield Problem(where.lstrip("."), _sentence(mistake))


def _sentence(mistake: ValidationError) -> Message:
    value, rule = mistake.instance, mistake.validator_value
    if mistake.validator == "required":
        missing = [name for name in rule if name not in value]
        return say(N_("missing: %(names)s"), names=", ".join(missing))
    if mistake.validator == "additionalProperties":
        known = mistake.schema.get("properties", {})
        unknown = ", ".join(sorted(set(value) - set(known)))
        return say(
            N_("unknown: %(names)s; known: %(known)s"), names=unknown, known=", ".join(known)
        )
    if mistake.validator in ("enum", "const"):
        known = rule if isinstance(rule, list) else [rule]
        return say(N_("“%(value)s” is none of %(known)s"), value=value, known=", ".join(known))
    if isinstance(value, float):
        return say(N_("write the decimal in quotes: “%(value)s”"), value=value)
    return say(N_("“%(value)s” does not fit: %(why)s"), value=value, why=mistake.message)


def _days(document: dict[str, Any]) -> Iterable[Problem]:
    """Find dates that no calendar has."""
    tables: Sequence[tuple[str, dict[str, Any]]] = [
        ("competition", document["competition"]),
        ("defaults", document.get("defaults", {})),
        *((f"event[{n}]", event) for n, event in enumerate(document.get("event", []))),
    ]
    for where, table in tables:
        for key in ("starts_on", "ends_on", "held_on"):
            try:
                date.fromisoformat(table.get(key, "2000-01-01"))
            except ValueError:
                wrong = say(N_("“%(value)s” is no day of the calendar"), value=table[key])
                yield Problem(f"{where}.{key}", wrong)


def _twice(document: dict[str, Any]) -> Iterable[Problem]:
    """Find codes that are used twice, and events that say too little to be held."""
    seen: set[str] = set()
    for n, event in enumerate(document.get("event", [])):
        if event["code"] in seen:
            yield Problem(
                f"event[{n}].code", say(N_("the code %(code)s is used twice"), code=event["code"])
            )
        seen.add(event["code"])
        whole = {**document.get("defaults", {}), **event}
        codes = [part["code"] for part in whole.get("components", [])]
        if not codes:
            yield Problem(
                f"event[{n}].components",
                say(N_("name at least one component, here or in the defaults")),
            )
        if len(set(codes)) < len(codes):
            yield Problem(f"event[{n}].components", say(N_("a component's code is used twice")))
