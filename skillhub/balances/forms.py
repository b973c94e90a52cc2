"""The form of a count by hand."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_

MOST = 100_000


class CountForm(HouseForm):
    hand = HiddenField(validators=[InputRequired(), Length(max=200)])
    taken = IntegerField(
        N_("Sheets taken out of the box"),
        [InputRequired(), NumberRange(0, MOST)],
        render_kw={"inputmode": "numeric"},
    )
    left = IntegerField(
        N_("Sheets left over"),
        [InputRequired(), NumberRange(0, MOST)],
        render_kw={"inputmode": "numeric"},
    )
    note = StringField(N_("Note"), [Optional(), Length(max=200)])
