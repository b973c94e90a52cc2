"""Questions to the print ledger: where each sheet stands, what may be sent, and who has what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased, joinedload

from skillhub.certificates import rules as numbers
from skillhub.certificates.models import Certificate, CertificateState, Series
from skillhub.certificates.queries import STAFF
from skillhub.certificates.rules import TypedAs
from skillhub.competitions.models import Competition
from skillhub.copies.models import Copy, CopyStep, Sending
from skillhub.copies.rules import CopyState, Step
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import batched, db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.kernel.exact import day_of
from skillhub.kernel.messages import N_, say
from skillhub.organisations.queries import below

READERS = (*STAFF, Role.AUDITOR)
FOUND = 20  # papers shown for what was typed
LISTED = 2000  # papers on one list
LATE = 1000  # sendings asked about on the work list

_step, _undo = aliased(CopyStep), aliased(CopyStep)
_holds = (_step.copy_id == Copy.id) & ~exists().where(_undo.undoes_id == _step.id)


def _last(column: Any, kinds: Iterable[Step], otherwise: Any) -> ColumnElement[str]:
    """Give what the last step of some kinds says that was not taken back."""
    said = select(type_coerce(column, String)).where(_holds, _step.kind.in_(list(kinds)))
    latest = said.order_by(_step.ordinal.desc()).limit(1).correlate(Copy).scalar_subquery()
    return func.coalesce(latest, otherwise)


# The one calculator: where a sheet stands, and which number it bears, from the rows of the ledger.
STATE = _last(_step.kind, [Step(s.value) for s in CopyState if s is not CopyState.SENT], "sent")
SERIAL = _last(_step.serial, [Step.SERIAL], Copy.serial)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with its story: the steps in the order in which they were written."""

    copy: Copy
    state: CopyState
    serial: str
    steps: tuple[CopyStep, ...] = ()

    @property
    def last(self) -> CopyStep | None:
        """Give the step that can be taken back: the last that holds."""
        undone = {step.undoes_id for step in self.steps}
        own = [s for s in self.steps if s.id not in undone and s.kind is not Step.TAKEN_BACK]
        return own[-1] if own else None

    @property
    def handed(self) -> CopyStep | None:
        """Give the handing over that holds."""
        if self.state is not CopyState.HANDED_OVER:
            return None
        undone = {step.undoes_id for step in self.steps}
        return next(
            s for s in reversed(self.steps) if s.kind is Step.HANDED_OVER and s.id not in undone
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """One certificate with its sheets, the latest first."""

    certificate: Certificate
    sheets: tuple[Sheet, ...]

    @property
    def leading(self) -> Sheet | None:
        """Give the sheet that counts: the latest that came out of a printer, as far as anybody knows."""
        return next((s for s in self.sheets if s.state is not CopyState.UNUSED), None)

    @property
    def state(self) -> CopyState | None:
        """Say where the paper stands."""
        return self.leading.state if self.leading else None

    @property
    def next_number(self) -> int:
        """Give the number of its next sheet."""
        return self.sheets[0].copy.number + 1 if self.sheets else 1

    @property
    def holder(self) -> str:
        """Name whose it is, as it stands on it."""
        return str(self.certificate.facts.get("holder_name", ""))

    @property
    def unit(self) -> str:
        """Name the unit, as it stands on it."""
        return str(self.certificate.facts.get("organisation", ""))


def sheets(copies: Sequence[int], steps: bool = True) -> list[Sheet]:
    """Load sheets by key with where they stand, in the order of the keys."""
    found: dict[int, Sheet] = {}
    for some in batched(copies, 5000):
        told = _steps(some) if steps else {}
        rows = select(Copy, STATE, SERIAL).where(Copy.id.in_(some))
        loading = rows.options(joinedload(Copy.sending), joinedload(Copy.certificate))
        for copy, state, serial in db.session.execute(loading):
            own = tuple(told.get(copy.id, ()))
            found[copy.id] = Sheet(copy, CopyState(state), serial, own)
    return [found[key] for key in copies if key in found]


def _steps(copies: Sequence[int]) -> dict[int, list[CopyStep]]:
    told: dict[int, list[CopyStep]] = defaultdict(list)
    rows = select(CopyStep).where(CopyStep.copy_id.in_(copies)).order_by(CopyStep.ordinal)
    for step in db.session.scalars(rows):
        told[step.copy_id].append(step)
    return told


def papers(certificates: Sequence[Certificate], steps: bool = True) -> list[Paper]:
    """Give certificates with their sheets, in the order given."""
    own: dict[int, list[Sheet]] = defaultdict(list)
    for some in batched([c.id for c in certificates], 5000):
        keys = select(Copy.id).where(Copy.certificate_id.in_(some)).order_by(Copy.number.desc())
        for sheet in sheets(list(db.session.scalars(keys)), steps):
            own[sheet.copy.certificate_id].append(sheet)
    return [Paper(one, tuple(own[one.id])) for one in certificates]


def at_hand(certificates: Sequence[int], zone: str) -> dict[int, tuple[CopyState, date]]:
    """Say of certificates whose papers wait at the desk, or were handed over, since which day."""
    since = select(func.max(_step.at)).where(_holds, _step.kind != Step.SERIAL)
    told: dict[int, tuple[CopyState, datetime]] = {}
    rows = select(Copy.certificate_id, STATE, since.correlate(Copy).scalar_subquery())
    chosen = rows.where(Copy.certificate_id.in_(certificates)).order_by(Copy.number)
    for key, state, at in db.session.execute(chosen):
        if state != CopyState.UNUSED:
            told[key] = (CopyState(state), at)
    ready = (CopyState.CONFIRMED, CopyState.HANDED_OVER)
    return {k: (state, day_of(at, zone)) for k, (state, at) in told.items() if state in ready}


def certificates(keys: Sequence[int]) -> list[Certificate]:
    """Load certificates by key, in the order of the keys and each once; raises NotFound for one that is not there."""
    own: dict[int, Certificate] = {}
    for some in batched(keys, 5000):
        own |= {c.id: c for c in db.session.scalars(_loaded.where(Certificate.id.in_(some)))}
    if missing := set(keys) - set(own):
        raise NotFound(say(N_("There is no certificate %(key)s."), key=min(missing)))
    return [own[key] for key in dict.fromkeys(keys)]


_loaded = select(Certificate).options(
    joinedload(Certificate.series).joinedload(Series.issuer), joinedload(Certificate.award)
)


def paper_of(certificate: Certificate) -> Paper:
    """Give one certificate with its sheets."""
    return papers([certificate])[0]


def tally(among: Select[Any]) -> Counter[str]:
    """Count certificates, selected by key, by where their papers stand; one that was never sent is not counted."""
    return Counter(_stands(among).values())


def _stands(among: Select[Any]) -> dict[int, str]:
    """Say of certificates, selected by key, where their papers stand, as far as anybody knows."""
    rows = select(Copy.certificate_id, STATE).where(Copy.certificate_id.in_(among))
    found = db.session.execute(rows.order_by(Copy.number))
    return {key: state for key, state in found if state != CopyState.UNUSED}


def path_of_copy(copy_id: int, **_: object) -> str:
    """Give the path of the organisation that issued the certificate of a sheet."""
    return get_or_404(Copy, copy_id).sending.issuer.path


def visible(actor: Actor) -> Select[Certificate]:
    """Select the certificates whose papers a reader may see, the latest first."""
    rows = select(Certificate).join(Certificate.series).join(Series.issuer)
    return rows.where(below(actor.paths(READERS))).order_by(Certificate.id.desc())


def found(actor: Actor, words: str) -> list[Paper]:
    """Find papers by what was typed or scanned: the code of the QR, a number, the number of a sheet, or a name."""
    typed, plain = numbers.read_typed(words), words.strip()
    if not plain:
        return []
    rows = visible(actor).limit(FOUND)
    exact = {TypedAs.CODE: Certificate.code, TypedAs.NUMBER: Certificate.folded}
    if typed.kind in exact:
        return papers(db.session.scalars(rows.where(exact[typed.kind] == typed.folded)).all())
    corrected = select(CopyStep.copy_id).where(CopyStep.serial == plain)
    bears = select(Copy.certificate_id).where(or_(Copy.serial == plain, Copy.id.in_(corrected)))
    if hit := db.session.scalars(rows.where(Certificate.id.in_(bears))).all():
        return papers(hit)
    name = Certificate.facts["holder_name"].as_string().icontains(plain, autoescape=True)
    number = Certificate.folded.contains(numbers.fold(plain) or "-", autoescape=True)
    return papers(db.session.scalars(rows.where(name | number)).all())


@dataclass(frozen=True, slots=True)
class Pile:
    """Which papers are looked for: of a competition, a unit, a sending, in a state."""

    competition: int = 0
    unit: str = ""
    sending: int = 0
    state: str = ""


def piled(actor: Actor, pile: Pile) -> list[Paper]:
    """List the papers that went to a printer, by unit and name: at most LISTED, the latest."""
    rows = _pile(actor, pile)
    if pile.state:
        told = _stands(rows.order_by(None).with_only_columns(Certificate.id))
        keys = sorted((key for key, state in told.items() if state == pile.state), reverse=True)
        rows = select(Certificate).where(Certificate.id.in_(keys[:LISTED]))
    listed = papers(db.session.scalars(rows.limit(LISTED)).all())
    return sorted(
        listed, key=lambda p: (numbers.reading(p.unit), p.unit, numbers.reading(p.holder))
    )


def _pile(actor: Actor, pile: Pile) -> Select[Certificate]:
    sent = select(Copy.certificate_id)
    if pile.sending:
        sent = sent.where(Copy.sending_id == pile.sending)
    rows = visible(actor).where(Certificate.id.in_(sent))
    if pile.competition:
        rows = rows.where(Certificate.competition_id == pile.competition)
    return rows.where(_unit == pile.unit) if pile.unit else rows


_unit = Certificate.facts["organisation"].as_string()


def units_of(actor: Actor, pile: Pile) -> list[str]:
    """Name the units on the papers that are looked for, whatever their state."""
    rows = _pile(actor, replace(pile, unit="")).order_by(None).with_only_columns(_unit).distinct()
    return sorted(unit for unit in db.session.scalars(rows) if unit)


def competitions_of(actor: Actor) -> Sequence[Competition]:
    """Give the competitions of which papers were sent, the latest first."""
    keys = select(Certificate.competition_id).join(Copy)
    rows = select(Competition).join(Competition.host).where(Competition.id.in_(keys))
    return db.session.scalars(
        rows.where(below(actor.paths(READERS))).order_by(Competition.id.desc())
    ).all()


def sendings(actor: Actor, most: int = 10) -> Sequence[Sending]:
    """Give the latest sendings a reader may see."""
    rows = select(Sending).join(Sending.issuer).where(below(actor.paths(READERS)))
    return db.session.scalars(rows.order_by(Sending.id.desc()).limit(most)).all()


def waiting(actor: Actor) -> dict[str, list[tuple[Sending, int]]]:
    """Give the sendings of late with sheets sent and not confirmed, or confirmed and not handed over: how many."""
    state = STATE.label("state")
    late: Any = select(Copy.sending_id, state).join(Copy.sending).join(Sending.issuer)
    late = late.join(Copy.certificate).where(
        below(actor.paths(READERS)),
        Sending.id > select(func.coalesce(func.max(Sending.id), 0) - LATE).scalar_subquery(),
        Certificate.state == CertificateState.ISSUED,
    )
    states = late.subquery()
    rows = select(Sending, states.c.state, func.count()).join(
        states, states.c.sending_id == Sending.id
    )
    found: dict[str, list[tuple[Sending, int]]] = {"sent": [], "confirmed": []}
    for sending, kind, n in db.session.execute(
        rows.group_by(Sending.id, states.c.state).order_by(Sending.id.desc())
    ):
        if kind in found:
            found[kind].append((sending, n))
    return found
