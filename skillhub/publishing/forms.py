"""The forms that say from when on, and how, results are public."""

from __future__ import annotations

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from skillhub.kernel.fields import MomentField
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.publishing.rules import AGREED_LABELS, NAMES_LABELS


class ReleaseForm(HouseForm):
    opens_at = MomentField(
        N_("Open from"),
        [InputRequired()],
        format=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
        render_kw={"step": 1},
        description=N_(
            "They open by themselves at this very second. Before it nobody outside reads anything."
        ),
    )
    own_first = BooleanField(N_("Workers may see their own result before"))
    names = SelectField(
        N_("Names"),
        choices=chosen_from(NAMES_LABELS),
        validators=[InputRequired()],
        description=N_("Show names in full only where the notice of the competition says so."),
    )
    agreed = SelectMultipleField(
        N_("What else stands in the list"),
        choices=chosen_from(AGREED_LABELS),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=N_("The place always does. Marks, entry numbers and dates of birth never do."),
    )
    notice = TextAreaField(
        N_("Words of the notice"),
        [Optional(), Length(max=4000)],
        render_kw={"rows": 5},
        description=N_("They stand on the public page of the competition."),
    )


class WhyForm(HouseForm):
    why = StringField(
        N_("Reason"),
        [InputRequired(), Length(max=500)],
        description=N_("It stays in the journal beside your name."),
    )
