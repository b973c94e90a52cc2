"""The forms of a correction: why, what changes, what is kept by grace."""

from __future__ import annotations

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.entries.models import STATUS_LABELS
from skillhub.kernel.forms import ExactField, HouseForm, chosen_from
from skillhub.kernel.messages import N_


class BeginForm(HouseForm):
    reason = TextAreaField(
        N_("Why the result is wrong"),
        [InputRequired(), Length(max=2000)],
        description=N_("It stands beside the result for ever."),
        render_kw={"rows": 3},
    )
    evidence = TextAreaField(
        N_("What proves it"),
        [Optional(), Length(max=2000)],
        description=N_("The sheet, the minutes, the recording: so that a second person finds it."),
        render_kw={"rows": 2},
    )


class PointsForm(HouseForm):
    points = ExactField(
        N_("What it should have been"), description=N_("An empty field is a blank, never 0.")
    )


class BoxForm(HouseForm):
    box = SelectField(N_("Which mark"), choices=())
    typed = StringField(
        N_("What it should have been"),
        [Optional(), Length(max=20)],
        description=N_("As on the score table; an empty field is a blank."),
    )


class StatusForm(HouseForm):
    status = SelectField(
        N_("How the entry came through after all"), choices=chosen_from(STATUS_LABELS)
    )
    why = StringField(N_("Reason"), [Optional(), Length(max=500)])


class RulingForm(HouseForm):
    title = SelectField(N_("What the committee gives"), choices=())
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])


class GraceForm(HouseForm):
    why = StringField(
        N_("Why it is kept by grace"),
        [Optional(), Length(max=500)],
        description=N_("Leave it empty to take the grace back."),
    )


class CancelForm(HouseForm):
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])


class UntilForm(HouseForm):
    until = DateField(
        N_("Last day of the new notice"),
        [Optional()],
        description=N_("Needed only where the calendar of that year is not published here yet."),
    )
