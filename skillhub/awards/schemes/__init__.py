"""The shelf of award schemes: reading them from a document, and applying a list of them in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from skillhub.awards.rules import (
    Base,
    Contender,
    Cut,
    Decision,
    Field,
    Proposal,
    Scheme,
    Title,
    barred,
    tiers_kept,
)
from skillhub.awards.schemes.attribute import Attribute
from skillhub.awards.schemes.counts import Counts
from skillhub.awards.schemes.half_field import HalfField
from skillhub.awards.schemes.proportion import Proportion
from skillhub.awards.schemes.scale import Scale
from skillhub.awards.schemes.threshold import Threshold
from skillhub.awards.schemes.top_of_part import TopOfPart
from skillhub.kernel import documents
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.quiet import quiet
from skillhub.results.rules import Part

T = TypeVar("T")

SCHEMES: tuple[type[Scheme], ...] = (
    Counts,
    Proportion,
    Threshold,
    HalfField,
    Scale,
    Attribute,
    TopOfPart,
)
BY_CODE: dict[str, type[Scheme]] = {s.code: s for s in SCHEMES}


@dataclass(frozen=True, slots=True)
class Line:
    """What one entry gets: at most one award, titles on top of it, and why (or why none)."""

    entry: int
    award: Decision | None
    on_top: tuple[Decision, ...]
    because: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the schemes of an event award; a problem of severity "error" keeps it from being final."""

    lines: list[Line]
    cuts: list[Cut]
    problems: list[Problem]

    @property
    def decisions(self) -> list[Decision]:
        """List every award, best place first."""
        return [d for line in self.lines for d in (line.award, *line.on_top) if d]

    @property
    def blocking(self) -> list[Problem]:
        """List what must be decided before the awards can be conferred."""
        return [problem for problem in self.problems if problem.severity == "error"]


def read_schemes(
    document: object, parts: Sequence[Part], where: str = "awards"
) -> tuple[list[Scheme], list[Problem]]:
    """Read one scheme or a list of them; none when a problem is found."""
    single = isinstance(document, Mapping)
    if not single and not isinstance(document, list | tuple):
        return [], [Problem(where, say(N_("this must be one scheme or a list of them")))]
    tables = [document] if single else list(document)  # type: ignore[call-overload]  # a list
    schemes: list[Scheme] = []
    problems: list[Problem] = []
    for n, table in enumerate(tables):
        scheme, wrong = _read(table, parts, where if single else f"{where}[{n}]")
        problems.extend(wrong)
        schemes.extend([scheme] if scheme else [])
    return ([] if problems else schemes), problems


@quiet()
def apply(schemes: Sequence[Scheme], field: Field) -> Outcome:
    """Apply schemes in order: the first that awards an entry wins, what is on top adds to it."""
    main: dict[int, Decision] = {}
    on_top: dict[int, list[Decision]] = {}
    against: dict[int, list[Message]] = {}
    outcome = Outcome([], [], [])
    places = {c.entry: c.standing.rank for c in field.contenders}
    first = 1
    for scheme in schemes:
        proposal = _decide(scheme, field, main.keys())
        given = _decisions(scheme, proposal, places, first)
        fresh = {e: d for e, d in given.items() if scheme.on_top or e not in main}
        if scheme.on_top:
            _append(on_top, fresh)
        else:
            main |= fresh
            _append(against, proposal.against)
        outcome.cuts.extend(_counted(proposal.cuts, fresh, field))
        outcome.problems.extend(proposal.problems)
        first += len(scheme.titles_given())
    outcome.lines.extend(
        _line(c.entry, main.get(c.entry), on_top.get(c.entry, []), against.get(c.entry, []))
        for c in field.contenders
    )
    return outcome


def _read(table: object, parts: Sequence[Part], where: str) -> tuple[Scheme | None, list[Problem]]:
    if not isinstance(table, Mapping):
        return None, [Problem(where, say(N_("this must be a table with a scheme")))]
    kind = BY_CODE.get(str(table.get("scheme", "")))
    if kind is None:
        text = N_('"%(code)s" is no scheme; known: %(known)s')
        wrong = say(text, code=table.get("scheme", ""), known=", ".join(BY_CODE))
        return None, [Problem(f"{where}.scheme", wrong)]
    gates = table.get("gates", {})
    flat = {k: v for k, v in table.items() if k not in ("scheme", "gates")}
    problems: list[Problem] = []
    values = documents.values_of(kind, flat | dict(gates), where, problems)
    problems.extend(_unknown_parts(values, parts, where))
    if problems:
        return None, problems
    scheme = kind(**values)
    return scheme, [Problem(f"{where}.{name}", wrong) for name, wrong in scheme.sense()]


def _unknown_parts(values: Mapping[str, Any], parts: Sequence[Part], where: str) -> list[Problem]:
    codes = {p.code for p in parts}
    named = [(f"{where}.min_per_part.{code}", code) for code in values.get("min_per_part", {})]
    named += [(f"{where}.parts[{n}]", code) for n, code in enumerate(values.get("parts", ()))]
    text, known = N_('unknown part "%(part)s"; known: %(known)s'), ", ".join(p.code for p in parts)
    return [
        Problem(at, say(text, part=code, known=known))
        for at, code in named
        if code and code not in codes
    ]


def _decide(scheme: Scheme, field: Field, earlier: Collection[int]) -> Proposal:
    """Let a scheme decide, unless the field is too small for it."""
    if tiers_kept(scheme, field) != 0:
        return scheme.decide(field, earlier)
    text = N_("Only %(n)s started: too few for an award, the results stand.")
    reason = say(text, n=field.size(Base.STARTED))
    against = {c.entry: reason for c in field.contenders} | barred(scheme, field)
    return Proposal(against=against, problems=[Problem("", reason, "warning")])


def _decisions(
    scheme: Scheme, proposal: Proposal, places: Mapping[int, int | None], first: int
) -> dict[int, Decision]:
    titles = scheme.titles_given()
    return {
        entry: Decision(entry, titles[n], why, scheme.code, first + n, places[entry], scheme.on_top)
        for entry, (n, why) in proposal.won.items()
    }


def _counted(cuts: Sequence[Cut], given: Mapping[int, Decision], field: Field) -> list[Cut]:
    """Fill in what came out for each title, when earlier schemes have taken theirs."""
    by_title: dict[Title, list[Contender]] = {}
    for c in field.contenders:
        if c.entry in given:
            by_title.setdefault(given[c.entry].title, []).append(c)
    return [_filled(cut, by_title.get(cut.title, [])) for cut in cuts]


def _filled(cut: Cut, holders: Sequence[Contender]) -> Cut:
    places = [c.standing.rank for c in holders if c.standing.rank is not None]
    totals = [c.standing.total for c in holders if c.standing.total is not None]
    return replace(
        cut,
        awarded=len(holders),
        last_place=max(places, default=None),
        least_total=min(totals, default=None),
    )


def _append(lists: dict[int, list[T]], values: Mapping[int, T]) -> None:
    for entry, value in values.items():
        lists.setdefault(entry, []).append(value)


def _line(
    entry: int, award: Decision | None, on_top: Sequence[Decision], against: Sequence[Message]
) -> Line:
    given = [d for d in (award, *on_top) if d]
    because = tuple(d.because for d in given) if award else (*against, *(d.because for d in given))
    return Line(entry, award, tuple(on_top), because)
