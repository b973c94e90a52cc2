"""Has been insured for so many months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from skillhub.eligibility.rules import INSURANCE, Answer, Insured, Proof, Record, Verdict
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.months import month_number
from skillhub.kernel.parameters import Dated


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredMonths:
    """Each month counts once, from its first day; months not yet reported are unknown."""

    code: ClassVar[str] = "insured_months"
    label: ClassVar[str] = N_("Insured months")

    at_least: Dated = field(
        metadata={
            "label": N_("At least so many months"),
            "low": 1,
            "high": 600,
            "by": ("issued_on", "evaluated_on"),
        }
    )
    kind: str = field(
        default="unemployment", metadata={"label": N_("Insurance"), "choices": INSURANCE}
    )

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        kind = names.get(self.kind, self.kind)
        if not self.at_least.by:
            months = self.at_least.values[0][1]
            return say(N_("%(n)s insured months (%(kind)s)"), n=months, kind=kind)
        figures = "; ".join(f"{day}: {n}" for day, n in self.at_least.values)
        return say(N_("Insured months (%(kind)s) by date: %(figures)s"), kind=kind, figures=figures)

    def check(self, record: Record, on: date) -> Verdict:
        """Count the months recorded up to that day."""
        day = (record.issued_on or on) if self.at_least.by == "issued_on" else on
        need = self.at_least.on(day)
        what = self.sentence(record.names)
        spans = [s for s in record.insured if s.kind == self.kind]
        if need is None:
            text = say(N_("%(what)s: no figure is set for %(day)s."), what=what, day=day)
            return Verdict(Answer.NOT_MET, text, code=self.code)
        if not spans:
            text = say(N_("%(what)s: waiting for the insurance record; none is here."), what=what)
            return Verdict(Answer.WAITING, text, (), (), 0, need, self.code)
        return self._counted(spans, need, on)

    def _counted(self, spans: Sequence[Insured], need: int, on: date) -> Verdict:
        """Weigh what is recorded against what may still be reported."""
        known = min(on, max(s.known_to or on for s in spans))
        have = len({month for s in spans for month in _months(s, on)})
        unreported = month_number(on) - month_number(known)
        proof = tuple(Proof("insured_span", s.id, f"{s.since:%Y-%m}") for s in spans)
        values = {"have": have, "need": need, "to": f"{known:%Y-%m}", "missing": need - have}
        if have >= need:
            answer, text = Answer.MET, N_("%(have)s insured months are recorded up to %(to)s.")
        elif have + unreported >= need:
            answer, text = (
                Answer.WAITING,
                N_(
                    "%(have)s of %(need)s insured months are recorded up to %(to)s;"
                    " the months after that have not been reported yet."
                ),
            )
        else:
            answer, text = (
                Answer.NOT_MET,
                N_(
                    "%(have)s of %(need)s insured months are recorded up to %(to)s;"
                    " %(missing)s more needed."
                ),
            )
        return Verdict(answer, say(text, **values), proof, (), have, need, self.code)


def _months(span: Insured, on: date) -> range:
    """Number the months of one span that are known and have begun."""
    last = min(d for d in (span.until, span.known_to, on) if d is not None)
    return range(month_number(span.since), month_number(last) + 1)
