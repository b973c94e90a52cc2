"""What is asked about how people are bound."""

from __future__ import annotations

from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.people.models import RelationKind

KINDS = {
    RelationKind.KIN: N_("kin of"),
    RelationKind.COACH: N_("coach of"),
    RelationKind.MASTER_APPRENTICE: N_("master of"),
    RelationKind.OTHER: N_("otherwise bound to"),
}
TURNED = {
    **KINDS,
    RelationKind.COACH: N_("coached by"),
    RelationKind.MASTER_APPRENTICE: N_("apprentice of"),
}


class RelationForm(HouseForm):
    kind = SelectField(N_("This person is"), choices=chosen_from(KINDS), coerce=RelationKind)
    other = StringField(
        N_("Worker number of the other"),
        [InputRequired(), Length(max=60)],
        description=N_("As written: 00417 is not 417."),
    )
    since = DateField(
        N_("Since"), [Optional()], description=N_("Empty when it always was, as with kin.")
    )
    until = DateField(N_("Last day"), [Optional()], description=N_("Empty while it goes on."))


class PartForm(HouseForm):
    until = DateField(N_("Last day"), [InputRequired()])
