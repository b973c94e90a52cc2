"""What is asked about a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, DateField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.organisations.models import Organisation
from skillhub.people.models import EmploymentKind, PersonStatus
from skillhub.people.rules import ID_TYPES, INSURANCES, SEXES

STATUSES = {
    PersonStatus.ACTIVE: N_("active"),
    PersonStatus.RETIRED: N_("retired"),
    PersonStatus.DECEASED: N_("deceased"),
    PersonStatus.MERGED: N_("merged"),
}
EMPLOYMENTS = {
    EmploymentKind.REGULAR: N_("regular"),
    EmploymentKind.DISPATCHED: N_("dispatched"),
    EmploymentKind.MIGRANT: N_("migrant worker"),
    EmploymentKind.FLEXIBLE: N_("flexible"),
    EmploymentKind.PLATFORM: N_("platform work"),
}


class PersonForm(HouseForm):
    number = StringField(
        N_("Worker number"), [Length(max=60)], description=N_("As written: 00417 is not 417.")
    )
    name = StringField(N_("Name"), [InputRequired(), Length(max=200)])
    name_latin = StringField(N_("Name in Latin letters"), [Length(max=200)])
    id_type = SelectField(N_("Kind of document"), choices=chosen_from(ID_TYPES))
    id_number = StringField(
        N_("Identity number"), [Length(max=60)], render_kw={"autocomplete": "off"}
    )
    birth_date = DateField(
        N_("Date of birth"),
        [Optional()],
        description=N_("Taken from a resident number when left empty."),
    )
    sex = SelectField(N_("Sex"), choices=chosen_from(SEXES, ""))
    phone = StringField(N_("Telephone"), [Length(max=60)])

    def validate_name(self, field: Field) -> None:
        if not field.data.strip():
            raise ValidationError(gettext("This field is required."))


class EditPersonForm(PersonForm):
    status = SelectField(N_("Status"), choices=chosen_from(STATUSES), coerce=PersonStatus)


class EmploymentForm(HouseForm):
    organisation = SelectField(N_("Employer"), [InputRequired()], choices=[])
    since = DateField(N_("From this day on"), [InputRequired()])
    post = StringField(N_("Post"), [Length(max=200)])
    kind = SelectField(N_("Kind"), choices=chosen_from(EMPLOYMENTS), coerce=EmploymentKind)
    is_line_worker = BooleanField(N_("Line worker"))
    is_primary = BooleanField(
        N_("The primary employer"),
        default=True,
        description=N_(
            "What is won counts for the primary employer; a new one ends the one before."
        ),
    )

    def __init__(self, organisations: Sequence[Organisation], **values: Any) -> None:
        super().__init__(**values)
        self.organisation.choices = [("", "–")] + [
            (str(o.id), f"{o.name} ({o.code})") for o in organisations
        ]


class LeaveForm(HouseForm):
    until = DateField(N_("Last day"), [InputRequired()])


class InsuredForm(HouseForm):
    kind = SelectField(N_("Insurance"), choices=chosen_from(INSURANCES))
    since = DateField(
        N_("Since"), [InputRequired()], description=N_("Any day of the first insured month.")
    )
    until = DateField(
        N_("Until"),
        [Optional()],
        description=N_("Any day of the last insured month; empty while it goes on."),
    )
    known_to = DateField(
        N_("Looked up to"),
        [InputRequired()],
        description=N_("Any day of the last month that was looked up."),
    )
    source = StringField(
        N_("Source"), [Length(max=200)], description=N_("Where this was looked up.")
    )


class UnmaskForm(HouseForm):
    why = StringField(N_("Reason"), [Length(max=200)])
