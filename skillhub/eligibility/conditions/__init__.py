"""The shelf of conditions, and how a document combines them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, cast

from skillhub.eligibility.conditions.age import AgeIs
from skillhub.eligibility.conditions.attested import AttestedItem
from skillhub.eligibility.conditions.employed import EmployedAt
from skillhub.eligibility.conditions.has_title import HasTitle
from skillhub.eligibility.conditions.holds_qualification import HoldsQualification
from skillhub.eligibility.conditions.insured_months import InsuredMonths
from skillhub.eligibility.conditions.won_award import WonAwardOf
from skillhub.eligibility.rules import (
    Attested,
    Employed,
    HeldTitle,
    Insured,
    Record,
    Requirement,
    Verdict,
    WonAward,
    all_of,
    any_of,
    at_least,
    not_,
)
from skillhub.kernel.documents import read as read_fields
from skillhub.kernel.documents import read_value, refuse, schema_of, unknown_names
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.qualifications.rules import Held

CONDITIONS: tuple[type[Any], ...] = (
    HoldsQualification,
    WonAwardOf,
    HasTitle,
    InsuredMonths,
    EmployedAt,
    AttestedItem,
    AgeIs,
)
BY_CODE = {condition.code: condition for condition in CONDITIONS}
DEEPEST = 8
MOST_LEAVES = 64


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part has to be met."""

    code: ClassVar[str] = "all"
    of: tuple[Requirement, ...]

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        return say(N_("All of the following"))

    def check(self, record: Record, on: date) -> Verdict:
        """Answer for one person on one day."""
        return all_of([part.check(record, on) for part in self.of])


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part met is enough."""

    code: ClassVar[str] = "any"
    of: tuple[Requirement, ...]

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        return say(N_("Any one of the following"))

    def check(self, record: Record, on: date) -> Verdict:
        """Answer for one person on one day."""
        return any_of([part.check(record, on) for part in self.of])


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many parts have to be met."""

    code: ClassVar[str] = "at_least"
    n: int
    of: tuple[Requirement, ...]

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        return say(N_("At least %(n)s of the following"), n=self.n)

    def check(self, record: Record, on: date) -> Verdict:
        """Answer for one person on one day."""
        return at_least(self.n, [part.check(record, on) for part in self.of])


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not be met."""

    code: ClassVar[str] = "not"
    of: tuple[Requirement, ...]

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        return say(N_("Not the following"))

    def check(self, record: Record, on: date) -> Verdict:
        """Answer for one person on one day."""
        return not_(self.of[0].check(record, on))


def parts(requirement: Requirement) -> tuple[Requirement, ...]:
    """Give what a combination combines; a condition has no parts."""
    return cast("tuple[Requirement, ...]", getattr(requirement, "of", ()))


def leaves(requirement: Requirement) -> list[Requirement]:
    """List the conditions of a requirement."""
    inner = parts(requirement)
    return [leaf for part in inner for leaf in leaves(part)] if inner else [requirement]


def outline(
    requirement: Requirement, names: Mapping[str, str], depth: int = 0
) -> list[tuple[int, Message]]:
    """Say a requirement as indented sentences: depth and sentence, in reading order."""
    lines = [(depth, requirement.sentence(names))]
    for part in parts(requirement):
        lines += outline(part, names, depth + 1)
    return lines


def read(document: Any, where: str, found: list[Problem], depth: int = 1) -> Requirement | None:
    """Read a requirement: one name, a combination or a condition, with what belongs to it."""
    if depth > DEEPEST:
        refuse(found, where, say(N_("Nested deeper than %(most)s levels."), most=DEEPEST))
        return None
    if not isinstance(document, Mapping) or len(document) != 1:
        refuse(found, where, say(N_("Write exactly one condition or combination here.")))
        return None
    ((name, inside),) = document.items()
    here = f"{where}.{name}"
    if name in BY_CODE:
        return cast("Requirement | None", read_fields(BY_CODE[name], inside, here, found))
    if name == "not":
        part = read(inside, here, found, depth + 1)
        return None if part is None else Not((part,))
    if name == "at_least":
        return _read_at_least(inside, here, found, depth)
    if name in {"all", "any"}:
        of = _read_parts(inside, here, found, depth)
        return AllOf(of) if name == "all" else AnyOf(of)
    unknown_names(document, (*BY_CODE, "all", "any", "at_least", "not"), where, found)
    return None


def _read_at_least(inside: Any, where: str, found: list[Problem], depth: int) -> Requirement | None:
    """Read {n, of}; more than there are parts can never be met and is refused."""
    if not isinstance(inside, Mapping):
        refuse(found, where, say(N_("Named values are wanted here.")))
        return None
    unknown_names(inside, ("n", "of"), where, found)
    listed, n = inside.get("of"), inside.get("n")
    of = _read_parts(listed, f"{where}.of", found, depth)
    most = len(listed) if isinstance(listed, list | tuple) else MOST_LEAVES
    if isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= most:
        return AtLeast(n, of)
    refuse(found, f"{where}.n", say(N_("Write how many of the parts, from 1 to all of them.")))
    return None


def _read_parts(
    inside: Any, where: str, found: list[Problem], depth: int
) -> tuple[Requirement, ...]:
    """Read the parts of a combination; an empty one would be met by everybody and is refused."""
    if not isinstance(inside, list | tuple) or not 0 < len(inside) <= MOST_LEAVES:
        text = N_("Write a list of 1 to %(most)s conditions.")
        refuse(found, where, say(text, most=MOST_LEAVES))
        return ()
    read_ = [read(part, f"{where}[{n}]", found, depth + 1) for n, part in enumerate(inside)]
    return tuple(part for part in read_ if part is not None)


FACTS: dict[str, tuple[str, type[Any]]] = {
    "qualification": ("qualifications", Held),
    "award": ("awards", WonAward),
    "title": ("titles", HeldTitle),
    "insured": ("insured", Insured),
    "employment": ("employments", Employed),
    "attested": ("attestations", Attested),
}
PLAIN: dict[str, type[Any]] = {"birth_date": date}  # facts of which there is one


def read_record(document: Any, where: str, found: list[Problem]) -> Record:
    """Read somebody made up: lists of facts by their kind, numbered in order."""
    if not isinstance(document, Mapping):
        refuse(found, where, say(N_("Named values are wanted here.")))
        return Record()
    unknown_names(document, (*FACTS, *PLAIN), where, found)
    facts: dict[str, Any] = {}
    for name, reader in PLAIN.items():
        if name in document:
            facts[name] = read_value(reader, document[name], {}, f"{where}.{name}", found)
    for name, (into, kind) in FACTS.items():
        rows = document.get(name, [])
        if not isinstance(rows, list) or len(rows) > MOST_LEAVES:
            refuse(
                found, f"{where}.{name}", say(N_("Write a list of at most %(n)s."), n=MOST_LEAVES)
            )
            continue
        read_ = [
            read_fields(kind, row, f"{where}.{name}[{n}]", found) for n, row in enumerate(rows)
        ]
        facts[into] = tuple(replace(r, id=r.id or n + 1) for n, r in enumerate(read_) if r)
    return Record(**facts)


def record_schema() -> dict[str, Any]:
    """Derive the JSON Schema of somebody made up."""
    lists = {n: {"type": "array", "items": schema_of(kind)} for n, (_, kind) in FACTS.items()}
    plain = {n: {"type": "string", "format": "date"} for n in PLAIN}
    return {"type": "object", "properties": {**lists, **plain}, "additionalProperties": False}


def schema() -> dict[str, Any]:
    """Derive the JSON Schema of a requirement, which the document keeps in its $defs."""
    again = {"$ref": "#/$defs/requirement"}
    some = {"type": "array", "items": again, "minItems": 1, "maxItems": MOST_LEAVES}
    n_of = {
        "type": "object",
        "properties": {"n": {"type": "integer", "minimum": 1}, "of": some},
        "required": ["n", "of"],
        "additionalProperties": False,
    }
    names: dict[str, Any] = {"all": some, "any": some, "at_least": n_of, "not": again}
    names |= {code: schema_of(condition) for code, condition in BY_CODE.items()}
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": names,
    }
