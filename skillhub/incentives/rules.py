"""A policy as a document: reading it, choosing its version by date, answering, trying its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from skillhub.eligibility import conditions
from skillhub.eligibility.conditions.insured_months import InsuredMonths
from skillhub.eligibility.rules import ANSWERS, Answer, Record, Requirement, Verdict
from skillhub.kernel.canonical import stored_form
from skillhub.kernel.documents import Found, read_value, refuse, schema_of, unknown_names
from skillhub.kernel.documents import read as read_fields
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.qualifications.rules import LEVELS

MOST_CASES = 200


class Basis(StrEnum):
    """Whose day chooses the version."""

    EVENT_DATE = "event_date"
    ISSUE_DATE = "issue_date"
    APPLICATION_DATE = "application_date"


class BenefitKind(StrEnum):
    """What somebody gets; shown here, paid elsewhere."""

    MONEY = "money"
    PRIORITY = "priority"
    RECOMMENDATION = "recommendation"
    PLACE = "place"
    HONOUR = "honour"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    en: str = field(metadata={"label": N_("English")})
    zh: str = field(metadata={"label": N_("Chinese")})


@dataclass(frozen=True, slots=True)
class Effective:
    """The time of one version; both days belong to it."""

    since: date = field(metadata={"name": "from", "label": N_("In force from")})
    until: date | None = field(default=None, metadata={"name": "to", "label": N_("Until")})


def _amounts(value: Any, where: str, found: Found) -> tuple[tuple[str, int], ...]:
    """Read one amount in whole units of its currency, or {by = "level", table = {…}}."""
    whole = {"low": 1, "high": 10**9}
    if not isinstance(value, Mapping):
        return (("", read_value(int, value, whole, where, found)),)
    unknown_names(value, ("by", "table"), where, found)
    table = value.get("table")
    if value.get("by") != "level" or not isinstance(table, Mapping) or not table:
        refuse(found, where, say(N_('Write by = "level" and a table of amounts.')))
        return ()
    unknown_names(table, LEVELS, f"{where}.table", found)
    return tuple(
        (k, read_value(int, n, whole, f"{where}.table.{k}", found)) for k, n in table.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """What the policy promises: one amount, or an amount for each level."""

    kind: BenefitKind
    amount: tuple[tuple[str, int], ...] = field(
        default=(),
        metadata={"reader": _amounts, "schema": {"type": ["integer", "string", "object"]}},
    )
    currency: str = "CNY"
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What has to come out."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Case:
    """A person made up by the author of the policy, and the answer that must come out."""

    name: str
    as_of: date
    expect: Expected
    has: Record = field(
        metadata={"reader": conditions.read_record, "schema": conditions.record_schema()}
    )


def _cases(value: Any, where: str, found: Found) -> tuple[Case, ...]:
    """Read the cases; a certificate that says nothing of a check was checked on the day asked about."""
    if not isinstance(value, list) or len(value) > MOST_CASES:
        refuse(found, where, say(N_("Write a list of at most %(n)s."), n=MOST_CASES))
        return ()
    read_ = [
        read_fields(Case, c, f"{where}[{n}]", found) for n, c in enumerate(map(_checked, value))
    ]
    return tuple(case for case in read_ if case is not None)


def _checked(case: Any) -> Any:
    """Fill in the check of certificates."""
    if not isinstance(case, Mapping) or not isinstance(case.get("has"), Mapping):
        return case
    has, check = case["has"], {"verification": "verified", "verified_on": case.get("as_of")}
    held = has.get("qualification")
    if not isinstance(held, list):
        return case
    filled = [check | h if isinstance(h, dict) and "verification" not in h else h for h in held]
    return {**case, "has": {**has, "qualification": filled}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of one policy, read and found sound; its fields are the document's."""

    code: str = field(metadata={"name": "policy", "label": N_("Code")})
    title: Text
    source: str = field(metadata={"label": N_("Source"), "longest": 1000})
    subject: str = field(default="worker", metadata={"choices": ("worker",)})
    effective: Effective
    basis: Basis
    require: Requirement = field(
        metadata={"reader": conditions.read, "schema": {"$ref": "#/$defs/requirement"}}
    )
    benefit: Benefit
    cases: tuple[Case, ...] = field(
        default=(), metadata={"reader": _cases, "schema": {"type": "array", "maxItems": MOST_CASES}}
    )
    example: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one person: by which version, chosen by which day, and why."""

    policy: Policy | None
    basis_on: date
    verdict: Verdict


def read(document: Mapping[str, Any]) -> Policy:
    """Read a document, from a file or from the store; raises BadInput with every mistake's path."""
    found: Found = []
    plain = stored_form(document, found)
    policy = None if found else read_fields(Policy, plain, "", found)
    if policy is not None:
        _sense(policy, found)
    if policy is None or found:
        raise BadInput(say(N_("This policy cannot be read as it stands.")), found)
    return policy


def schema() -> dict[str, Any]:
    """Derive the JSON Schema of a policy document."""
    return schema_of(Policy) | {"$defs": {"requirement": conditions.schema()}}


def clashes(versions: Sequence[Policy]) -> list[Problem]:
    """Find what keeps versions from standing side by side; a gap between them is allowed."""
    found: Found = []
    for one, two in pairwise(sorted(versions, key=lambda p: p.effective.since)):
        if one.effective.until is None or one.effective.until >= two.effective.since:
            text = N_("The version from %(one)s still runs on %(two)s, when another begins.")
            message = say(text, one=one.effective.since, two=two.effective.since)
            refuse(found, "effective", message)
    if len({p.basis for p in versions}) > 1:
        refuse(found, "basis", say(N_("All versions have to go by the same day.")))
    return found


def in_force(versions: Sequence[Policy], day: date) -> Policy | None:
    """Choose the version whose time contains a day, both ends included; in a gap there is none."""
    return next((p for p in versions if _runs(p, day)), None)


def evaluate(versions: Sequence[Policy], record: Record, on: date) -> Outcome:
    """Answer for one person on one day, by the version that the basis day chooses.

    By issue or event date each certificate or award is asked for by itself, with the version of its
    own day; the best answer is given, and among equal ones that of the newest.
    """
    basis = versions[0].basis if versions else Basis.APPLICATION_DATE
    outcomes = [_on_basis(versions, basis, record, day, on) for day in _days(basis, record, on)]
    order = [Answer.MET, Answer.WAITING, Answer.NOT_MET]
    return min(
        outcomes,
        key=lambda o: (order.index(o.verdict.answer), o.policy is None, -(o.verdict.have or 0)),
    )


def failures(policy: Policy) -> list[Problem]:
    """Try a policy on its own cases; it is fit to adopt when nothing is found."""
    found: Found = []
    for n, case in enumerate(policy.cases):
        outcome = evaluate([policy], case.has, case.as_of)
        if outcome.verdict.answer is not case.expect.answer:
            text = N_("“%(name)s”: expected %(expected)s, came out %(answer)s. %(because)s")
            expected, answer = ANSWERS[case.expect.answer], ANSWERS[outcome.verdict.answer]
            values = {"expected": say(expected), "answer": say(answer)}
            message = say(text, name=case.name, because=outcome.verdict.because, **values)
            refuse(found, f"cases[{n}]", message)
    if not {Answer.MET, Answer.NOT_MET} <= {case.expect.answer for case in policy.cases}:
        text = N_("Write at least one case that is met and one that is not.")
        refuse(found, "cases", say(text))
    return found


def describe(policy: Policy, names: Mapping[str, str]) -> list[tuple[int, Message]]:
    """Say a policy as sentences, each with its depth, for somebody who has to check it."""
    ends = policy.effective.until
    text = N_("In force from %(first)s to %(last)s.") if ends else N_("In force from %(first)s.")
    by_day = say(BASIS_SENTENCES[policy.basis])
    time = say(text, first=policy.effective.since, last=ends)
    promise = [(0, line) for line in _promise(policy.benefit, names)]
    return [(0, time), (0, by_day), *conditions.outline(policy.require, names), *promise]


BASIS_SENTENCES = {
    Basis.EVENT_DATE: N_("The day of the award decides which version applies."),
    Basis.ISSUE_DATE: N_("The day on which the certificate was issued decides the version."),
    Basis.APPLICATION_DATE: N_("The day of the application decides which version applies."),
}


def _sense(policy: Policy, found: Found) -> None:
    """Check what only shows when the parts are seen together."""
    ends, leaves = policy.effective.until, conditions.leaves(policy.require)
    if ends is not None and ends < policy.effective.since:
        refuse(found, "effective.to", say(N_("It ends before it begins.")))
    if len(leaves) > conditions.MOST_LEAVES:
        text = N_("More than %(most)s conditions.")
        refuse(found, "require", say(text, most=conditions.MOST_LEAVES))
    by_issue = any(isinstance(c, InsuredMonths) and c.at_least.by == "issued_on" for c in leaves)
    if by_issue and policy.basis is not Basis.ISSUE_DATE:
        text = N_('Figures by issued_on need basis = "issue_date".')
        refuse(found, "basis", say(text))


def _promise(benefit: Benefit, names: Mapping[str, str]) -> list[Message]:
    """Say what is promised, without paying it."""
    kind = names.get(benefit.kind, str(benefit.kind))
    lines = [say(N_("Promises: %(kind)s."), kind=kind)]
    for level, amount in benefit.amount:
        text = N_("%(level)s: %(amount)s %(currency)s") if level else N_("%(amount)s %(currency)s")
        name = say(LEVELS[level].name) if level else None
        lines.append(say(text, level=name, amount=amount, currency=benefit.currency))
    return lines


def _runs(policy: Policy, day: date) -> bool:
    return policy.effective.since <= day <= (policy.effective.until or date.max)


def _days(basis: Basis, record: Record, on: date) -> list[date]:
    """List the days that may choose a version, the newest first; the day itself when none can."""
    days = {
        Basis.ISSUE_DATE: {h.issued_on for h in record.qualifications},
        Basis.EVENT_DATE: {a.awarded_on for a in record.awards},
        Basis.APPLICATION_DATE: {on},
    }[basis]
    return sorted((d for d in days if d <= on), reverse=True) or [on]


def _on_basis(
    versions: Sequence[Policy], basis: Basis, record: Record, day: date, on: date
) -> Outcome:
    """Answer by the version of one day, looking only at what is of that day."""
    policy = in_force(versions, day)
    if policy is None:
        text = say(N_("No rule is in force on %(day)s."), day=day)
        return Outcome(None, day, Verdict(Answer.NOT_MET, text, code="version"))
    if basis is Basis.ISSUE_DATE:
        same = tuple(h for h in record.qualifications if h.issued_on == day)
        record = replace(record, qualifications=same, issued_on=day)
    if basis is Basis.EVENT_DATE:
        record = replace(record, awards=tuple(a for a in record.awards if a.awarded_on == day))
    return Outcome(policy, day, policy.require.check(record, on))
