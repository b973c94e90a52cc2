"""The forms of a public notice, of an objection, of the panel's decision, and of a day's work."""

from __future__ import annotations

from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.appeals.models import OUTCOME_LABELS, SUBJECT_LABELS
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_


class NoticeForm(HouseForm):
    contact_name = StringField(N_("Whom to write to"), [InputRequired(), Length(max=200)])
    contact = StringField(
        N_("How to reach them"),
        [InputRequired(), Length(max=200)],
        description=N_("A telephone number, an address or a mailbox that somebody reads."),
    )
    words = TextAreaField(N_("What the notice says"), [Optional(), Length(max=4000)])
    until = DateField(
        N_("Last day"),
        [Optional()],
        description=N_("Leave it empty to count the working days. A later day is possible."),
    )


class ObjectionForm(HouseForm):
    name = StringField(
        N_("Your real name"),
        [InputRequired(), Length(max=200)],
        description=N_("Nameless objections cannot be looked into."),
    )
    contact = StringField(
        N_("How to reach you"),
        [InputRequired(), Length(max=200)],
        description=N_("Only the appeals panel sees it."),
    )
    subject = SelectField(N_("What is wrong"), choices=chosen_from(SUBJECT_LABELS))
    reason = TextAreaField(N_("Why"), [InputRequired(), Length(max=4000)], render_kw={"rows": 6})


class DecisionForm(HouseForm):
    outcome = SelectField(
        N_("What is decided"), [InputRequired()], choices=chosen_from(OUTCOME_LABELS, "")
    )
    why = TextAreaField(
        N_("Reason"),
        [Length(max=4000)],
        description=N_("Whoever filed it reads this at once."),
        render_kw={"rows": 5},
    )
    corrects = BooleanField(
        N_("The result must be corrected"),
        default=True,
        description=N_("What is upheld stays open until its correction is applied."),
    )


class DayForm(HouseForm):
    day = DateField(N_("Day"), [InputRequired()])
    is_worked = SelectField(
        N_("This day is"),
        choices=chosen_from({"no": N_("free"), "yes": N_("worked")}),
    )
    source = StringField(N_("By which announcement"), [InputRequired(), Length(max=300)])
