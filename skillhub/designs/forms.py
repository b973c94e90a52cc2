"""The forms of designs."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from skillhub.designs.works import WHOM
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.kernel.stationery import LANGUAGE_WORDS


class NewForm(HouseForm):
    title_zh = StringField(N_("Title in Chinese"), [Optional(), Length(max=100)])
    title_en = StringField(N_("Title in English"), [Optional(), Length(max=100)])
    owner = SelectField(N_("For the papers of"), coerce=int)
    start = RadioField(N_("Begin from"), default="landscape")


class LookForm(HouseForm):
    document = TextAreaField(N_("Document"), [InputRequired(), Length(max=200_000)])
    whom = SelectField(
        N_("For whom"), [Optional()], choices=chosen_from(WHOM, ""), validate_choice=False
    )
    competition = IntegerField(N_("Competition"), [Optional()])
    nth = IntegerField(N_("Which person"), [Optional(), NumberRange(min=0, max=500)])
    language = SelectField(N_("Language"), [Optional()], choices=chosen_from(LANGUAGE_WORDS))


class PictureForm(HouseForm):
    file = FileField(N_("Picture"), description=N_("An SVG, PNG or JPEG file of at most 3 MB."))


class ReasonForm(HouseForm):
    why = TextAreaField(N_("Reason"), [InputRequired(), Length(max=500)], render_kw={"rows": 3})
