"""The form that says how an event feeds a higher one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import gettext
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from skillhub.competitions.models import Event
from skillhub.kernel.fields import MomentField
from skillhub.kernel.forms import ExactField, HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.ladder.models import Advancement
from skillhub.ladder.rules import TieAtN

TIES = {
    TieAtN.ALL: N_("All of them go, if the target agrees"),
    TieAtN.KEY: N_("A further mark decides, then lots"),
    TieAtN.NONE: N_("None of them goes"),
}
MOST = 10_000


class AdvancementForm(HouseForm):
    top_n = IntegerField(N_("How many go up"), [InputRequired(), NumberRange(1, MOST)])
    per_org_cap = IntegerField(
        N_("At most so many of one unit"), [Optional(), NumberRange(1, MOST)]
    )
    min_total = ExactField(N_("With at least this total"), [Optional(), NumberRange(0, 10**6)])
    tie_at_n = SelectField(N_("Several share the last place"), choices=chosen_from(TIES))
    tie_key = SelectField(N_("The mark that decides then, more first"), [Optional()])
    reserves = IntegerField(N_("How many stand in reserve"), [Optional(), NumberRange(0, MOST)])
    answer_by = MomentField(N_("The seats are answered by"), [Optional()])
    answer_hours = IntegerField(
        N_("Hours that a reserve has to answer"),
        [InputRequired(), NumberRange(1, 24 * 60)],
        description=N_("Counted from the offer, also after the limit above."),
    )
    same_employer = BooleanField(N_("Only who still works for the unit that sent them"))
    new_attribution = BooleanField(
        N_(
            "They start for the employer of the day on which they accept, not for that of the event below"
        )
    )
    stay_when_corrected = BooleanField(
        N_("Who has advanced stays when the result below is corrected, unless disqualified")
    )

    @classmethod
    def of(cls, row: Advancement | None, source: Event, **more: Any) -> Self:
        """Show a rule, or the usual one."""
        usual = {
            "answer_hours": 48,
            "stay_when_corrected": True,
            "tie_at_n": TieAtN.ALL,
            "reserves": 0,
        }
        known = {n: getattr(row, n) for n in _PLAIN} if row else usual
        keys = row.tie_keys if row else []
        form = cls(**known, tie_key=next(iter(keys), ""), version=row.version if row else 0, **more)
        form.tie_key.choices = [("", "–"), *((c.code, c.name) for c in source.components)]
        return form

    def validate_min_total(self, field: ExactField) -> None:
        """Refuse a total finer than any that is kept."""
        if field.data is not None and field.data != round(field.data, 4):
            raise ValidationError(gettext(N_("at most 4 decimals are kept")))

    def values(self) -> dict[str, Any]:
        """Give the columns of the rule."""
        plain = {name: getattr(self, name).data for name in _PLAIN}
        keys = [self.tie_key.data] if self.tie_key.data else []
        tie = TieAtN(self.tie_at_n.data)
        return {**plain, "reserves": self.reserves.data or 0, "tie_at_n": tie, "tie_keys": keys}


class NewAdvancementForm(AdvancementForm):
    target = SelectField(N_("It feeds"), validators=[InputRequired()])

    def offer(self, targets: Sequence[Event]) -> None:
        """Offer the events that may be fed."""
        self.target.choices = [
            (str(e.id), f"{e.competition.year} {e.competition.name} · {e.code} {e.name}")
            for e in targets
        ]


_PLAIN = (
    *("top_n", "per_org_cap", "min_total", "tie_at_n", "reserves", "answer_by", "answer_hours"),
    *("same_employer", "new_attribution", "stay_when_corrected"),
)
