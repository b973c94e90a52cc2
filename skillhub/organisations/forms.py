"""What is asked about an organisation."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask_babel import gettext
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.organisations.models import Kind

KINDS = {
    Kind.UNION: N_("Trade union"),
    Kind.ENTERPRISE: N_("Enterprise"),
    Kind.PUBLIC: N_("Public body"),
    Kind.SCHOOL: N_("School"),
    Kind.ASSOCIATION: N_("Association"),
    Kind.WORKSHOP: N_("Workshop"),
    Kind.DELEGATION: N_("Delegation"),
}


class OrganisationForm(HouseForm):
    name = StringField(N_("Name of the organisation"), [InputRequired(), Length(max=200)])
    name_en = StringField(N_("Name in English"), [Length(max=200)])
    kind = SelectField(N_("Kind"), choices=chosen_from(KINDS), coerce=Kind, default=Kind.ENTERPRISE)
    zone = StringField(
        N_("Time zone"),
        [InputRequired()],
        description=N_("Such as Asia/Shanghai; its days begin there."),
    )
    valid_from = DateField(N_("Exists since"), [Optional()])
    valid_to = DateField(N_("Existed until"), [Optional()])

    def validate_zone(self, field: Field) -> None:
        if field.data not in available_timezones():
            raise ValidationError(gettext("There is no such time zone."))

    def validate_valid_to(self, field: Field) -> None:
        first, last = self.valid_from.data, field.data  # None for what is no day
        if first and last and last < first:
            raise ValidationError(gettext("The last day is before the first."))


class NewOrganisationForm(OrganisationForm):
    code = StringField(
        N_("Code"),
        [InputRequired(), Length(max=60)],
        description=N_("Sheets name it by this; capital or small letters are the same."),
    )


class RenameForm(HouseForm):
    name = StringField(N_("New name"), [InputRequired(), Length(max=200)])
    since = DateField(N_("From this day on"), [InputRequired()])
