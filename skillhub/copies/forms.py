"""The forms of the desk: what became of a sheet, and which papers are looked for."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from skillhub.copies.queries import Pile
from skillhub.copies.rules import REASON_WORDS, STATE_WORDS, WASTES, CopyState, Reason
from skillhub.copies.services import Handing
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_

SPOILS = {reason: REASON_WORDS[reason] for reason in (*WASTES, Reason.OTHER)}


class HandForm(HouseForm):
    to_whom = StringField(
        N_("To whom"),
        [Optional(), Length(max=100)],
        description=N_("Leave it empty for the person it is for."),
        render_kw={"autocomplete": "off"},
    )
    listed = BooleanField(N_("Signed on the printed list"))

    def handing(self, signature: str = "") -> Handing:
        """Give to whom it is handed, and how that is acknowledged."""
        return Handing(self.to_whom.data or "", signature, bool(self.listed.data))


class StepForm(HandForm):
    reason = SelectField(
        N_("Why it is spoiled"),
        choices=chosen_from(SPOILS),
        default=Reason.JAM.value,
        validate_choice=False,  # the other steps have no reason
    )
    words = StringField(N_("In your words"), [Optional(), Length(max=300)])
    why = StringField(N_("Why"), [Optional(), Length(max=300)])
    unused_why = StringField(N_("Why"), [Optional(), Length(max=300)])
    serial = StringField(N_("Number on the sheet"), [Optional(), Length(max=40)])
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    signature = HiddenField(validators=[Optional(), Length(max=20_000)])
    back = HiddenField(validators=[Optional(), Length(max=10)])

    @property
    def spoiled_why(self) -> str:
        """Say why a sheet is spoiled: in words where there are some."""
        if (self.words.data or "").strip():
            return str(self.words.data)
        known = {r.value: words for r, words in SPOILS.items() if r is not Reason.OTHER}
        return known.get(self.reason.data, "")


class TogetherForm(HandForm):
    why = StringField(N_("Why it is taken back"), [Optional(), Length(max=300)])


class PileForm(HouseForm):
    class Meta:
        csrf = False

    competition = SelectField(N_("Competition"), [Optional()], coerce=int)
    unit = SelectField(N_("Unit"), [Optional()])
    state = SelectField(
        N_("State"),
        [Optional()],
        choices=chosen_from(
            {s.value: STATE_WORDS[s] for s in CopyState if s is not CopyState.UNUSED},
            N_("All states"),
        ),
    )
    sending = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @property
    def pile(self) -> Pile:
        """Give what is looked for; what is no choice is left aside."""
        return Pile(
            _number(self.competition.data),
            (self.unit.data or "")[:300],
            _number(self.sending.data),
            self.state.data if self.state.data in list(CopyState) else "",
        )


def _number(value: Any) -> int:
    return value if isinstance(value, int) and 0 < value < 2**63 else 0
