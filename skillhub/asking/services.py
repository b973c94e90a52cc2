"""Taking back what one holds to be wrong."""

from __future__ import annotations

from datetime import datetime

from skillhub.appeals import services as appeals
from skillhub.appeals.models import Appeal
from skillhub.appeals.rules import OPEN, AppealKind, AppealState
from skillhub.kernel.access import Actor
from skillhub.kernel.db import same_version, transaction
from skillhub.kernel.errors import Conflict, NotAllowed
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say


@transaction()
def withdraw(appeal: Appeal, version: int, why: str, actor: Actor, moment: datetime) -> None:
    """Take back a query or an appeal that one filed; it stays in the list and holds nothing up any more.

    It still counts among those that can be filed about a result, and no deadline begins anew.
    """
    if actor.user_id is None or appeal.filed_by_id != actor.user_id:
        raise NotAllowed(say(N_("Only whoever filed it takes it back.")))
    _take_back(appeal, version, why, actor, moment)


@transaction()
def withdraw_objection(
    appeal: Appeal, version: int, why: str, actor: Actor, moment: datetime
) -> None:
    """Take an objection back; the caller has seen the word that only whoever filed it was given."""
    if appeal.kind is not AppealKind.OBJECTION:
        raise NotAllowed(say(N_("Only whoever filed it takes it back.")))
    _take_back(appeal, version, why, actor, moment)


def _take_back(appeal: Appeal, version: int, why: str, actor: Actor, moment: datetime) -> None:
    same_version(appeal, version)
    if appeal.state is AppealState.WITHDRAWN:
        raise Conflict(say(N_("It is taken back already.")))
    if appeal.state not in OPEN:
        raise Conflict(say(N_("It is answered already; what is answered is not taken back.")))

    appeal.state = AppealState.WITHDRAWN
    appeal.withdrawn_at, appeal.withdrawn_why = moment, why.strip()
    act(actor, "asking.withdraw", appeal, why=why)
    appeals.go_on(appeal.event, actor)
