"""The shelf of aspect kinds: reading a marking scheme from its document, and writing it back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from skillhub.kernel import documents
from skillhub.kernel.documents import Found, brief, refuse
from skillhub.kernel.messages import N_, Problem, say
from skillhub.scoring.kinds.attempts import Attempts
from skillhub.scoring.kinds.count import Count
from skillhub.scoring.kinds.deduction import Deduction
from skillhub.scoring.kinds.judgement import Judgement
from skillhub.scoring.kinds.measurement import Measurement
from skillhub.scoring.kinds.panel import Panel
from skillhub.scoring.kinds.points import Points
from skillhub.scoring.kinds.time import Time
from skillhub.scoring.rules import Aspect, Criterion, Rounding, Scheme, Section, Sub

KINDS: tuple[type[Aspect], ...] = (
    Measurement,
    Judgement,
    Panel,
    Points,
    Count,
    Time,
    Deduction,
    Attempts,
)
BY_KIND: dict[str, type[Aspect]] = {kind.kind: kind for kind in KINDS}
GOOD_CODE = re.compile(r"[\w.\-]{1,40}")
MOST_ASPECTS = 400
TOP = ("criteria", "aspects", "rounding", "decimals", "sections", "zero_reasons", "raise_to")
NAMES = (*TOP, "marks_of")


def read_scheme(document: object, where: str = "scheme") -> tuple[Scheme | None, list[Problem]]:
    """Read a marking scheme; an empty document is none, and one with problems gives none."""
    found: Found = []
    if not document:
        return None, []
    if not isinstance(document, Mapping):
        return None, [
            Problem(where, say(N_("this must be a table with %(known)s"), known=NAMES[0]))
        ]
    documents.unknown_names(document, NAMES, where, found)
    flat = {k: v for k, v in document.items() if k in ("rounding", "decimals", "raise_to")}
    values = documents.values_of(_Figures, flat, where, found)
    sections = document.get("sections") or None
    read = documents.read_value(
        tuple[Section, ...] | None, sections, {}, f"{where}.sections", found
    )
    reasons = documents.read_value(
        Mapping[str, str], document.get("zero_reasons", {}), {}, f"{where}.zero_reasons", found
    )
    scheme = Scheme(
        criteria=tuple(_criteria(document, where, found)),
        sections=tuple(section for section in read or () if section),
        zero_reasons={str(letter).upper(): text for letter, text in reasons.items()},
        marks_of=str(document.get("marks_of", "")),
        **values,
    )
    found += _sense(scheme, where) if not found else []
    return (None if found else scheme), found


def plain(scheme: Scheme) -> dict[str, Any]:
    """Write a scheme as a document, leaving out what is usual; read again it is the same scheme."""
    usual = Scheme()
    whole: dict[str, Any] = {
        "rounding": scheme.rounding.value if scheme.rounding is not usual.rounding else None,
        "decimals": scheme.decimals if scheme.decimals != usual.decimals else None,
        "raise_to": None if scheme.raise_to is None else f"{scheme.raise_to:f}",
        "zero_reasons": dict(scheme.zero_reasons),
        "marks_of": scheme.marks_of,
        "sections": [_table(section) for section in scheme.sections],
        "criteria": [
            {
                **_words(criterion),
                "subs": [
                    {**_words(sub), "aspects": [plain_aspect(one) for one in sub.aspects]}
                    for sub in criterion.subs
                ],
            }
            for criterion in scheme.criteria
        ],
    }
    return {name: value for name, value in whole.items() if value not in (None, "", [], {})}


def plain_aspect(aspect: Aspect) -> dict[str, Any]:
    """Write one aspect as a table of its parameters."""
    return {"kind": aspect.kind, **_table(aspect)}


def read_aspect(table: object, where: str, found: Found) -> Aspect | None:
    """Read one aspect by its kind."""
    if not isinstance(table, Mapping):
        refuse(found, where, say(N_("this must be a table with a kind")))
        return None
    kind = BY_KIND.get(str(table.get("kind", "points")))
    if kind is None:
        text = N_('"%(kind)s" is no kind of aspect; known: %(known)s')
        known = ", ".join(BY_KIND)
        refuse(found, f"{where}.kind", say(text, kind=brief(table["kind"]), known=known))
        return None
    before, flat = len(found), {k: v for k, v in table.items() if k != "kind"}
    values = documents.values_of(kind, flat, where, found)
    if len(found) > before:
        return None
    aspect = kind(**values)
    found += [Problem(f"{where}.{name}", wrong) for name, wrong in aspect.sense()]
    if not GOOD_CODE.fullmatch(aspect.code):
        text = N_("“%(code)s” is no code: letters, digits, dots and dashes")
        refuse(found, f"{where}.code", say(text, code=aspect.code))
    return aspect if len(found) == before else None


@dataclass(frozen=True, slots=True)
class _Figures:
    """The parameters of a scheme that are plain figures."""

    rounding: Rounding = Rounding.END
    decimals: int = 2
    raise_to: Decimal | None = None


def _criteria(document: Mapping[str, Any], where: str, found: Found) -> Iterator[Criterion]:
    """Read the criteria; aspects that stand alone are one without a name."""
    if "aspects" in document:
        yield Criterion("", "", (Sub("", "", _aspects(document, where, found)),))
    for n, table in enumerate(_tables(document, "criteria", where, found)):
        at = f"{where}.criteria[{n}]"
        documents.unknown_names(table, ("code", "name", "subs", "aspects"), at, found)
        subs = [
            _sub(one, f"{at}.subs[{m}]", found)
            for m, one in enumerate(_tables(table, "subs", at, found))
        ]
        if "aspects" in table:
            subs.insert(0, Sub("", "", _aspects(table, at, found)))
        yield Criterion(str(table.get("code", "")), str(table.get("name", "")), tuple(subs))


def _sub(table: Mapping[str, Any], where: str, found: Found) -> Sub:
    documents.unknown_names(table, ("code", "name", "aspects"), where, found)
    code, name = str(table.get("code", "")), str(table.get("name", ""))
    return Sub(code, name, _aspects(table, where, found))


def _aspects(table: Mapping[str, Any], where: str, found: Found) -> tuple[Aspect, ...]:
    rows = _tables(table, "aspects", where, found)
    read = [read_aspect(row, f"{where}.aspects[{n}]", found) for n, row in enumerate(rows)]
    return tuple(one for one in read if one)


def _tables(
    table: Mapping[str, Any], name: str, where: str, found: Found
) -> Sequence[Mapping[str, Any]]:
    rows = table.get(name, [])
    if isinstance(rows, list | tuple) and all(isinstance(row, Mapping) for row in rows):
        return rows
    refuse(found, f"{where}.{name}", say(N_("this must be a list of tables")))
    return []


def _sense(scheme: Scheme, where: str) -> Iterator[Problem]:
    """Say what in a scheme does not fit together."""
    codes = [aspect.code for aspect in scheme.aspects]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Problem(where, say(N_("the aspect %(code)s stands here twice"), code=code))
    if not 0 < len(codes) <= MOST_ASPECTS:
        yield Problem(where, say(N_("a scheme has 1 to %(most)s aspects"), most=MOST_ASPECTS))
    if scheme.decimals > 4:
        yield Problem(f"{where}.decimals", say(N_("at most 4 decimals are kept")))
    yield from _unplaced(scheme, where)
    for letter in scheme.zero_reasons:
        if not letter.isalpha() or len(letter) > 3:
            text = N_("a reason for 0 is named by one to three letters, not “%(letter)s”")
            yield Problem(f"{where}.zero_reasons", say(text, letter=letter))
    if scheme.raise_to is not None and not scheme.most:
        text = N_("only a scheme whose aspects all have a maximum can be raised to another")
        yield Problem(f"{where}.raise_to", say(text))


def _unplaced(scheme: Scheme, where: str) -> Iterator[Problem]:
    """W-03: where there are sections of the standards, every aspect points at one of them."""
    known = {section.code for section in scheme.sections}
    for aspect in scheme.aspects:
        if known and aspect.section not in known:
            text = N_("the aspect %(code)s points at no section of the standards")
            yield Problem(where, say(text, code=aspect.code))


def _words(part: Criterion | Sub) -> dict[str, Any]:
    return {name: value for name in ("code", "name") if (value := getattr(part, name))}


def _table(row: Any) -> dict[str, Any]:
    """Write a dataclass as a table, leaving out what is usual."""
    return {
        f.name: _value(value) for f in fields(row) if (value := getattr(row, f.name)) != _usual(f)
    }


def _usual(f: Field[Any]) -> Any:
    return f.default_factory() if f.default_factory is not MISSING else f.default


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    if is_dataclass(value):
        return [_value(getattr(value, f.name)) for f in fields(value)]
    return value


def place_of(scheme: Scheme, code: str) -> tuple[str, str]:
    """Say where an aspect stands, as "A Assembly" and "A1 Wiring"; for a new one, where the last stands."""
    places = [
        (spoken(criterion), spoken(sub), {one.code for one in sub.aspects})
        for criterion in scheme.criteria
        for sub in criterion.subs
    ]
    own = [place[:2] for place in places if code in place[2]] or [
        place[:2] for place in places[-1:]
    ]
    return own[0] if own else ("", "")


def placed(scheme: Scheme, aspect: Aspect, above: tuple[str, str], replaces: str = "") -> Scheme:
    """Put an aspect into its sub-criterion: in the place of the one it replaces, or as the last."""
    if replaces and place_of(scheme, replaces) == above:
        return _mapped(scheme, lambda one: (aspect,) if one.code == replaces else (one,))
    rest = without(scheme, replaces) if replaces else scheme
    (upper, _, called), (lower, _, named) = (words.strip().partition(" ") for words in above)
    criterion, sub = Criterion(upper, called.strip()), Sub(lower, named.strip())
    known = {one.code: one for one in rest.criteria}
    before = known.get(criterion.code, replace(criterion, subs=()))
    subs = {one.code: one for one in before.subs}
    own = subs.get(sub.code, sub)
    name = sub.name or own.name
    subs[sub.code] = replace(own, name=name, aspects=(*own.aspects, aspect))
    name = criterion.name or before.name
    known[criterion.code] = replace(before, name=name, subs=tuple(subs.values()))
    return replace(rest, criteria=tuple(known.values()))


def without(scheme: Scheme, code: str) -> Scheme:
    """Take an aspect out, and what is left empty by it."""
    left = _mapped(scheme, lambda one: () if one.code == code else (one,))
    criteria = [
        replace(one, subs=tuple(sub for sub in one.subs if sub.aspects)) for one in left.criteria
    ]
    return replace(left, criteria=tuple(one for one in criteria if one.subs))


def by_section(scheme: Scheme) -> list[tuple[Section, Fraction]]:
    """Add up the points of each section of the standards, to be set beside those planned (W-03)."""
    return [
        (
            section,
            sum(
                (a.most or Fraction(0) for a in scheme.aspects if a.section == section.code),
                Fraction(0),
            ),
        )
        for section in scheme.sections
    ]


def _mapped(scheme: Scheme, change: Callable[[Aspect], tuple[Aspect, ...]]) -> Scheme:
    criteria = [
        replace(
            criterion,
            subs=tuple(
                replace(sub, aspects=tuple(new for one in sub.aspects for new in change(one)))
                for sub in criterion.subs
            ),
        )
        for criterion in scheme.criteria
    ]
    return replace(scheme, criteria=tuple(criteria))


def spoken(part: Criterion | Sub) -> str:
    """Write the code and name of what aspects stand in."""
    return f"{part.code} {part.name}".strip()
