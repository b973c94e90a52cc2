"""Carrying an amendment out, all of it or nothing; looking at it is the same, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from skillhub.amendments import queries, services
from skillhub.amendments.rules import Remark, Report, consequences
from skillhub.competitions.models import STATE_LABELS
from skillhub.drafting import services as drafting
from skillhub.drafting.models import Amendment
from skillhub.drafting.rules import AmendmentState
from skillhub.kernel.access import Actor
from skillhub.kernel.db import rehearsal, transaction
from skillhub.kernel.errors import Conflict, HouseError, NotAllowed
from skillhub.kernel.messages import N_, Problem, say


def look(amendment: Amendment, actor: Actor, moment: datetime) -> Report | None:
    """See what an amendment would do, by doing it and taking it back; keep what was seen with it."""
    problems: Sequence[Problem] = ()
    report = None
    try:
        with rehearsal():
            report = _carry_out(amendment, actor, moment)
    except HouseError as refusal:
        problems = refusal.problems or [Problem("", refusal.message)]
    drafting.note(amendment, report.as_json() if report else None, problems, actor)
    return report


@transaction()
def approve(amendment: Amendment, digest: str, actor: Actor, moment: datetime) -> Report:
    """Apply an amendment whole, as the second person; refused when its consequences are not the ones that were seen."""
    if actor.user_id is None or actor.user_id == amendment.opened_by_id:
        raise NotAllowed(say(N_("Nobody approves an own amendment. Ask a second person.")))
    if amendment.state is not AmendmentState.PROPOSED:
        raise Conflict(say(N_("This amendment does not wait for approval.")))
    report = _carry_out(amendment, actor, moment)
    if report.digest != digest:
        text = N_("What this amendment does has changed since you looked at it. Look again.")
        raise Conflict(say(text))

    drafting.close(amendment, report.as_json(), actor, moment)
    return report


def _carry_out(amendment: Amendment, actor: Actor, moment: datetime) -> Report:
    """Write it and reckon anew; raises HouseError when it cannot be applied."""
    event = amendment.event
    if event.state not in drafting.AMENDABLE:
        text = N_("Event %(code)s is “%(state)s”: take its ranking back first, then amend.")
        raise Conflict(say(text, code=event.code, state=STATE_LABELS[event.state]))
    if not amendment.parts:
        raise Conflict(say(N_("An amendment changes at least one component.")))
    if names := queries.stale(amendment):
        text = N_("%(parts)s changed since this amendment was begun: give it up and begin anew.")
        raise Conflict(say(text, parts=", ".join(names)))
    if names := queries.emptied(amendment):
        text = N_("%(parts)s would have no aspects left: void the component instead.")
        raise Conflict(say(text, parts=", ".join(names)))

    before, _ = queries.picture(event)
    checked = queries.confirmed(event)
    remarks = services.put_right(amendment, actor, moment)
    if problems := queries.unfit(event):
        raise Conflict(say(N_("The amended scheme cannot be marked by yet.")), problems)
    if names := queries.signed(event, remarks):
        text = N_("The chief judge has submitted %(parts)s, and marks of it would be missing.")
        raise Conflict(say(text, parts=", ".join(names)))
    after, known = queries.picture(event)
    falls: dict[int, tuple[str, ...]] = {}
    codes = {part.id: part.code for part in event.components}
    for entry, part in checked.keys() - queries.confirmed(event).keys():
        falls[entry] = (*falls.get(entry, ()), codes[part])
    lines = consequences(before, after, {key: tuple(sorted(own)) for key, own in falls.items()})
    return Report(lines, tuple(sorted(remarks, key=Remark.place)), known)
