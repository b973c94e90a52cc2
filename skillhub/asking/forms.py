"""The form with which a worker says that something looks wrong."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import FileInput

from skillhub.appeals.models import SUBJECT_LABELS
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_


class QueryForm(HouseForm):
    kind = SelectField(N_("What you file"))
    subject = RadioField(N_("What is wrong"), choices=chosen_from(SUBJECT_LABELS), default="score")
    reason = TextAreaField(
        N_("Why"),
        [InputRequired(), Length(max=4000)],
        description=N_("What you expected, and what you see instead."),
        render_kw={"rows": 5},
    )
    photo = FileField(
        N_("Photo of your sheet"),
        widget=FileInput(),
        description=N_("A JPEG or PNG picture of 8 MB at most. Where it was taken is not kept."),
        render_kw={"accept": "image/jpeg,image/png"},
    )


class WithdrawForm(HouseForm):
    why = TextAreaField(
        N_("Why"),
        [Optional(), Length(max=2000)],
        description=N_("You need not say why."),
        render_kw={"rows": 3},
    )
