"""Writing what an amendment says into the components, and letting the marks follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from skillhub.amendments import queries
from skillhub.amendments.queries import Cell
from skillhub.amendments.rules import Remark
from skillhub.drafting.models import Amendment
from skillhub.drafting.rules import FIGURES
from skillhub.entries import queries as entries
from skillhub.judging import queries as judging
from skillhub.judging.rules import boxes_of, whole
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.marking import queries as marking
from skillhub.marking.models import Sheet, SheetState
from skillhub.panels import queries as panels
from skillhub.scoring import queries as scoring
from skillhub.scoring import services as marks
from skillhub.scoring.models import EarlierMark, Mark
from skillhub.scoring.queries import MarkKey


class Before(NamedTuple):
    """Who entered a sheet, and how far it was, before it was reckoned anew."""

    entered_by: int | None
    state: SheetState


TOO_HIGH = N_("above the maximum that amendment %(n)s set: %(stood)s")


@transaction()
def put_right(amendment: Amendment, actor: Actor, moment: datetime) -> list[Remark]:
    """Write an amendment into its components and reckon every sheet anew; gives the boxes that must be marked again.

    What stands in boxes that go is kept as what stood there before. A sheet that comes to other points waits for a
    second look, entered by whoever entered it.
    """
    event = amendment.event
    empty: dict[MarkKey, Remark] = {}
    fill: list[Remark] = []
    back: dict[int, tuple[Sheet, Remark]] = {}
    for part in amendment.parts:
        leaves = queries.to_empty(part)
        fill += queries.to_fill(part, leaves)
        empty |= leaves
        back |= queries.to_send_back(part)
    before = {key: Before(one.entered_by_id, one.state) for key, one in marking.of(event).items()}

    for part in amendment.parts:
        for name in FIGURES:
            setattr(part.component, name, getattr(part, name))
    _empty(scoring.rows(empty), moment)
    _send_back(back.values(), amendment)
    act(actor, "amendments.put_right", amendment, why=amendment.reason)
    everyone = [entry.id for entry in entries.of(event)]
    draw = panels.draw_of(event)
    opened = draw is not None and draw.opened_at is not None  # nobody can open its marks again
    marks.reckon(event, everyone, actor, moment, signed=opened)
    _keep_people(amendment, before, actor, moment)
    _recall(amendment, actor, moment)
    act(actor, "amendments.follow", amendment, why=amendment.reason)
    return [*(empty.values()), *fill, *(remark for _, remark in back.values())]


def _empty(found: Mapping[MarkKey, Mark], moment: datetime) -> None:
    """Empty boxes, and keep what stood there."""
    for mark in found.values():
        before = EarlierMark(
            mark=mark,
            value=mark.value,
            token=mark.token,
            entered_by_id=mark.entered_by_id,
            entered_at=mark.entered_at,
            replaced_at=moment,
        )
        db.session.add(before)
        mark.value, mark.token = None, ""


def _send_back(found: Collection[tuple[Sheet, Remark]], amendment: Amendment) -> None:
    """Let typed points that cannot stand any more be entered again."""
    for sheet, remark in found:
        sheet.state = SheetState.REJECTED
        sheet.checked_by_id = sheet.checked_at = None
        sheet.reason = str(say(TOO_HIGH, n=amendment.number, stood=remark.stood))


def _keep_people(
    amendment: Amendment, before: Mapping[Cell, Before], actor: Actor, moment: datetime
) -> None:
    """Say of a sheet that was reckoned anew who entered it: neither who proposed nor who approved did.

    Where the chief judge has signed, and the codes are opened, nobody can confirm it any more but these two.
    """
    db.session.flush()
    event = amendment.event
    closed = panels.submitted(event)
    for key, sheet in marking.of(event).items():
        known = before.get(key)
        if known is None or sheet.state is not SheetState.ENTERED:
            continue
        if sheet.entered_by_id != known.entered_by:
            sheet.entered_by_id = known.entered_by
        seconds = {actor.user_id, amendment.opened_by_id} - {known.entered_by, None}
        if key[1] in closed and known.state is SheetState.CHECKED and seconds:
            sheet.state, sheet.checked_at = SheetState.CHECKED, moment
            sheet.checked_by_id = actor.user_id if actor.user_id in seconds else max(seconds)  # type: ignore[type-var]  # no None among them


def _recall(amendment: Amendment, actor: Actor, moment: datetime) -> None:
    """Open the ballots of judges that are not whole any more."""
    for part in amendment.parts:
        scheme, own = scoring.scheme_of(part.component), part.component
        if scheme is None:
            continue
        standing = judging.ballots(own).values()
        marked = scoring.marks_of({b.entry_id for b in standing}, [own.id])
        for ballot in standing:
            given = marked.get((ballot.entry_id, own.id), {})
            if not whole(boxes_of(scheme, ballot.seat.number), given):
                ballot.recalled_by_id, ballot.recalled_at = actor.user_id, moment
                ballot.recalled_why = amendment.reason
