"""What is asked about an occupation."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_

SCALES = {"cn5": N_("Five levels"), "cn8": N_("Eight levels")}
GROUPS = {
    "manufacturing": N_("Manufacturing"),
    "energy": N_("Energy"),
    "construction": N_("Construction"),
    "transport": N_("Transport and logistics"),
    "information": N_("Information technology"),
    "services": N_("Services"),
    "health": N_("Health and care"),
    "arts": N_("Arts and crafts"),
    "agriculture": N_("Agriculture"),
    "science": N_("Laboratory and environment"),
}


class OccupationForm(HouseForm):
    name = StringField(N_("Name in English"), [InputRequired(), Length(max=200)])
    name_zh = StringField(N_("Name in Chinese"), [InputRequired(), Length(max=200)])
    trade_group = SelectField(N_("Group"), choices=chosen_from(GROUPS))
    scale = SelectField(
        N_("Scale of its levels"),
        choices=chosen_from(SCALES),
        description=N_(
            "Five levels, from beginner to senior technician; eight where apprentice and chief are counted."
        ),
    )


class NewOccupationForm(OccupationForm):
    code = StringField(
        N_("Code"),
        [
            InputRequired(),
            Length(max=60),
            Regexp(r"^[A-Za-z0-9-]+$", message=N_("Letters, digits and hyphens.")),
        ],
        description=N_(
            "Such as lathe-operator; sheets and policies name it by this, and it stays."
        ),
    )
