"""The forms of the register of qualifications."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale, gettext
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.occupations import queries as occupations
from skillhub.qualifications.models import CHECKS, KINDS, STATES
from skillhub.qualifications.rules import LEVELS, SCALES, Verification

FOUND = {k: word for k, word in CHECKS.items() if k is not Verification.UNVERIFIED}


def trades(empty: str) -> list[tuple[str, str]]:
    """Give the occupations to choose from, in the reader's language."""
    chinese = str(get_locale()).startswith("zh")
    known = [(o.code, o.name_zh if chinese else o.name) for o in occupations.everything()]
    return [("", gettext(empty)), *sorted(known, key=lambda pair: pair[1])]


def levels(scale: str = "cn8") -> list[tuple[str, str]]:
    """Give the levels of a scale to choose from, the lowest first."""
    return [("", "–"), *((code, gettext(LEVELS[code].name)) for code in SCALES[scale])]


class FactsForm(HouseForm):
    kind = SelectField(N_("Kind"), choices=chosen_from(KINDS), validators=[InputRequired()])
    occupation = SelectField(N_("Occupation"), validators=[Optional()])
    level = SelectField(
        N_("Level"),
        validators=[Optional()],
        description=N_("5 is the lowest, 1 the highest; a better level counts for a lower one."),
    )
    number = StringField(
        N_("Number"),
        [InputRequired(), Length(max=64)],
        description=N_("As printed. Blanks and width do not matter."),
    )
    issuer = StringField(N_("Issued by"), [InputRequired(), Length(max=200)])
    issued_on = DateField(N_("Issued on"), [InputRequired()])
    valid_from = DateField(
        N_("Valid from"),
        [Optional()],
        description=N_("Leave it empty if that is the day of issue."),
    )
    valid_to = DateField(
        N_("Valid until"),
        [Optional()],
        description=N_("Its last day, which still counts. Empty: without end."),
    )
    review_every_months = IntegerField(
        N_("Reviewed every so many months"),
        [Optional(), NumberRange(1, 600)],
        description=N_("Empty: as its kind asks, 36 for special operations and 48 for equipment."),
    )
    last_review_on = DateField(N_("Last review passed on"), [Optional()])
    evidence = TextAreaField(
        N_("Evidence"),
        [Optional(), Length(max=1000)],
        description=N_("Where the paper or a copy is kept."),
        render_kw={"rows": 2},
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.occupation.choices = trades(N_("none"))
        self.level.choices = levels()

    @property
    def facts(self) -> dict[str, Any]:
        """Give what was entered, the occupation as its row."""
        trade = occupations.by_code(self.occupation.data) if self.occupation.data else None
        return self.answers | {"occupation": trade, "level": self.level.data or None}


class RegisterForm(FactsForm):
    person = StringField(
        N_("Person"),
        [InputRequired(), Length(max=100)],
        description=N_("The worker number, or the name if only one person bears it."),
    )


class CheckForm(HouseForm):
    found = SelectField(
        N_("What the register says"), choices=chosen_from(FOUND), validators=[InputRequired()]
    )
    on = DateField(N_("Looked up on"), [InputRequired()])
    where = StringField(
        N_("Where"),
        [InputRequired(), Length(max=300)],
        description=N_("The public register or the issuer, so that somebody can do it again."),
    )


class RevokeForm(HouseForm):
    on = DateField(
        N_("Withdrawn on"),
        [InputRequired()],
        description=N_("From this day on it does not count; earlier days stay as they were."),
    )
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])


class RestoreForm(HouseForm):
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])


class ReviewForm(HouseForm):
    on = DateField(N_("Review passed on"), [InputRequired()])


class FilterForm(HouseForm):
    class Meta:
        csrf = False

    q = StringField(N_("Person or number"), [Optional(), Length(max=100)])
    occupation = SelectField(N_("Occupation"), validators=[Optional()])
    level = SelectField(N_("Level"), validators=[Optional()])
    state = SelectField(
        N_("Standing"), choices=chosen_from(STATES, N_("any")), validators=[Optional()]
    )
    on = DateField(N_("On the day"), [Optional()])
    unchecked = BooleanField(N_("Needs a check"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.occupation.choices = trades(N_("any"))
        self.level.choices = [("", gettext(N_("any"))), *levels()[1:]]
