"""The forms of certificates."""

from __future__ import annotations

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.kernel.forms import HouseForm, LinesField, chosen_from
from skillhub.kernel.messages import N_

ORDER_WORDS = {
    "organisation": N_("organisation, then name"),
    "name": N_("name"),
    "rank": N_("event and rank"),
    "number": N_("number"),
}
FILE_WORDS = {"pdf": N_("one PDF"), "zip": N_("a ZIP with one PDF each")}


class IssueForm(HouseForm):
    template = SelectField(N_("Template"), validators=[InputRequired()])
    event = SelectField(N_("Event"), coerce=int, validators=[Optional()])
    signatories = LinesField(
        N_("Who signs"),
        [Optional()],
        rows=True,
        description=N_("One a line, with the office, such as “林致远 = 组委会主任 Chair”."),
        render_kw={"rows": 2},
    )


class PrintForm(HouseForm):
    event = SelectField(N_("Event"), coerce=int, validators=[Optional()])
    order = SelectField(N_("Order"), choices=chosen_from(ORDER_WORDS))
    file = SelectField(N_("File"), choices=chosen_from(FILE_WORDS))


class ReasonForm(HouseForm):
    why = TextAreaField(N_("Reason"), [InputRequired(), Length(max=500)], render_kw={"rows": 3})


class ReplaceForm(ReasonForm):
    template = SelectField(N_("Template"), validators=[InputRequired()])
