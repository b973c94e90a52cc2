"""The competition file (TOML): from its text to a draft, every mistake at once with its line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from skillhub.competitions.rules import Draft, moment
from skillhub.kernel.canonical import read_toml
from skillhub.kernel.documents import brief
from skillhub.kernel.messages import N_, Message, Problem, say

SCHEMA = Path(__file__).with_name("schema.json")
OWN = ("code", "name", "name_en")  # of an event; everything else may come from the defaults


def read(text: str) -> tuple[Draft | None, list[Problem]]:
    """Read a competition file; a file with problems gives no draft."""
    try:
        document = _plain(read_toml(text))
    except (ValueError, RecursionError) as mistake:  # not TOML, too long a number, too deep
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


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _plain(value: Any) -> Any:
    """Write TOML's own dates as text, so that a date may stand with or without quotes."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, date):
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
        return say(
            N_("“%(value)s” is none of %(known)s"), value=brief(value), known=", ".join(known)
        )
    if isinstance(value, float):
        return say(N_("write the decimal in quotes: “%(value)s”"), value=value)
    return say(N_("“%(value)s” does not fit: %(why)s"), value=brief(value), why=mistake.message)


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
    yield from _moments(document["competition"])


def _moments(table: dict[str, Any]) -> Iterable[Problem]:
    """Find times that no clock shows, and a registration that closes before it opens."""
    read = []
    for key in ("registration_opens_at", "registration_closes_at"):
        try:
            read.append(moment(table.get(key), "UTC"))
        except ValueError:
            wrong = say(N_("“%(value)s” is no time of the clock"), value=table[key])
            yield Problem(f"competition.{key}", wrong)
    if len(read) == 2 and read[0] and read[1] and read[1] <= read[0]:
        closes = say(N_("Registration closes before it opens."))
        yield Problem("competition.registration_closes_at", closes)


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
