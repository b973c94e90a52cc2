"""Writing the ledger: sheets sent, confirmed, spoiled, handed over, and steps taken back. Nothing is ever changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skillhub.certificates.models import Certificate
from skillhub.copies import queries, rules
from skillhub.copies.models import CopyStep
from skillhub.copies.queries import Sheet
from skillhub.copies.rules import How, Step
from skillhub.kernel.access import Actor
from skillhub.kernel.db import insert_many, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say


@dataclass(frozen=True, slots=True)
class Handing:
    """To whom papers are handed: "" is the person each is for; how they acknowledge it."""

    to_whom: str = ""
    signature: str = ""
    listed: bool = False

    @property
    def how(self) -> How:
        """Say how it is acknowledged."""
        return How.LISTED if self.listed else How.DRAWN if self.signature else How.TYPED


@transaction()
def confirm(sheets: Sequence[Sheet], actor: Actor, moment: datetime) -> int:
    """Note that sheets came out of the printer and are good; gives how many."""
    return _note(sheets, Step.CONFIRMED, {}, actor, moment)


@transaction()
def spoil(sheets: Sequence[Sheet], why: str, actor: Actor, moment: datetime) -> int:
    """Note that sheets are no good."""
    return _note(sheets, Step.SPOILED, {"why": _said(why)}, actor, moment)


@transaction()
def not_printed(sheets: Sequence[Sheet], why: str, actor: Actor, moment: datetime) -> int:
    """Note that nothing was printed: no sheet was used."""
    return _note(sheets, Step.UNUSED, {"why": _said(why)}, actor, moment)


@transaction()
def waste(sheets: Sequence[Sheet], why: str, actor: Actor, moment: datetime) -> None:
    """Note as spoiled, in the act of printing them again, those sheets that may still be: part of another act."""
    able = [s for s in _fresh(sheets) if Step.SPOILED in rules.MOVES[s.state]]
    _write(able, Step.SPOILED, {"why": _said(why)}, actor, moment)


@transaction()
def hand_over(sheets: Sequence[Sheet], handing: Handing, actor: Actor, moment: datetime) -> int:
    """Note to whom sheets were handed; who hands one over has seen it, so it is confirmed as well."""
    _refuse_ended([sheet.copy.certificate for sheet in sheets])
    if not rules.is_drawing(handing.signature):
        text = say(N_("The signature could not be read. Draw it again, or have the list signed."))
        raise BadInput(text, [Problem("to_whom", text)])
    how = {"how": handing.how, "signature": handing.signature if not handing.listed else ""}
    return _note(
        sheets, Step.HANDED_OVER, {**how, "to_whom": handing.to_whom.strip()}, actor, moment
    )


@transaction()
def renumber(sheet: Sheet, serial: str, actor: Actor, moment: datetime) -> None:
    """Put the number of a pre-printed sheet right."""
    if serial.strip() == sheet.serial:
        return
    _note([sheet], Step.SERIAL, {"serial": serial.strip()[: rules.MOST_SERIAL]}, actor, moment)


@transaction()
def take_back(sheet: Sheet, seen: int, why: str, actor: Actor, moment: datetime) -> None:
    """Take the last step back, with a reason; it stays on the ledger. `seen` is the step the reader saw."""
    fresh = _fresh([sheet])[0]
    last = fresh.last
    if last is None:
        raise Conflict(say(N_("There is nothing to take back on this sheet.")))
    if last.id != seen:
        raise Conflict(
            say(
                N_("Meanwhile %(who)s noted: %(what)s. Look again before you take it back."),
                who=last.by,
                what=say(rules.STEP_WORDS[last.kind]),
            )
        )
    values = {"why": _said(why), "undoes_id": last.id}
    insert_many(CopyStep, [_step(fresh, Step.TAKEN_BACK, 1, values, actor, moment)])
    act(actor, "copies.take_back", fresh.copy.certificate, why=why.strip())


@transaction()
def take_all_back(sheets: Sequence[Sheet], why: str, actor: Actor, moment: datetime) -> int:
    """Take the last step of many sheets back: what was noted for all of them at once, by mistake."""
    fresh = _fresh(sheets)
    if not fresh:
        raise BadInput(say(N_("Nothing is chosen. Tick the papers first.")))
    values, rows = {"why": _said(why)}, []
    for sheet in fresh:
        if sheet.last is None:
            raise Conflict(say(N_("There is nothing to take back on this sheet.")))
        undone = {**values, "undoes_id": sheet.last.id}
        rows.append(_step(sheet, Step.TAKEN_BACK, 1, undone, actor, moment))
    insert_many(CopyStep, rows)
    sending, note = fresh[0].copy.sending, {"papers": len(fresh)}
    act(actor, "copies.take_back", sending, why=why.strip(), note=note)
    return len(fresh)


def _note(
    sheets: Sequence[Sheet], step: Step, values: dict[str, Any], actor: Actor, moment: datetime
) -> int:
    """Write a step for sheets that stand where it is possible; one that does not refuses all."""
    fresh = _fresh(sheets)
    if not fresh:
        raise BadInput(say(N_("Nothing is chosen. Tick the papers first.")))
    wrong = [sheet for sheet in fresh if step not in rules.MOVES[sheet.state]]
    if wrong:
        what = say(rules.STEP_WORDS[step])
        text = N_("This cannot be noted: %(what)s. Look where the paper stands now.")
        raise Conflict(
            say(text, what=what), [Problem(s.copy.certificate.number, _stands(s)) for s in wrong]
        )
    _write(fresh, step, values, actor, moment)
    if len(fresh) == 1:
        act(actor, f"copies.{step}", fresh[0].copy.certificate, why=str(values.get("why", "")))
    else:
        sending = fresh[0].copy.sending
        act(actor, f"copies.{step}", sending, note={"papers": len(fresh)})
    return len(fresh)


def _write(
    sheets: Sequence[Sheet], step: Step, values: dict[str, Any], actor: Actor, moment: datetime
) -> None:
    rows = []
    for sheet in sheets:
        for n, kind in enumerate(rules.MOVES[sheet.state][step], 1):
            given = values if kind is step else {}
            rows.append(_step(sheet, kind, n, given, actor, moment))
    insert_many(CopyStep, rows)


def _step(
    sheet: Sheet, kind: Step, turn: int, values: Mapping[str, Any], actor: Actor, moment: datetime
) -> dict[str, Any]:
    row = {
        "copy_id": sheet.copy.id,
        "ordinal": len(sheet.steps) + turn,
        "kind": kind,
        "by": actor.name or actor.login,
        "at": moment,
        **dict.fromkeys(("why", "to_whom", "signature", "serial"), ""),
        **dict.fromkeys(("how", "undoes_id")),
        **values,
    }
    if kind is Step.HANDED_OVER and not row["to_whom"]:
        row["to_whom"] = str(sheet.copy.certificate.facts.get("holder_name") or "–")
    return row


def _fresh(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Read where sheets stand inside this write unit: nobody else writes meanwhile."""
    return queries.sheets([sheet.copy.id for sheet in sheets])


def _refuse_ended(certificates: Sequence[Certificate]) -> None:
    ended = [rules.ended(one.number, one.state) for one in certificates]
    if wrong := [problem for problem in ended if problem]:
        raise Conflict(wrong[0].message, wrong)


def _said(why: str) -> str:
    if not why.strip():
        raise BadInput(say(N_("Say why.")), [Problem("why", say(N_("Say why.")))])
    return why.strip()


def _stands(sheet: Sheet) -> Message:
    words = say(rules.STATE_WORDS[sheet.state])
    if not sheet.steps:
        who, day = sheet.copy.sending.sent_by, sheet.copy.sending.day
    else:
        who, day = sheet.steps[-1].by, day_of(sheet.steps[-1].at, sheet.copy.sending.issuer.zone)
    return say(
        N_("%(name)s: copy %(n)s is %(state)s (%(who)s, %(day)s)"),
        name=sheet.copy.certificate.facts.get("holder_name") or sheet.copy.certificate.number,
        n=sheet.copy.number,
        state=words,
        who=who,
        day=day,
    )
