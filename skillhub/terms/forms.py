"""The form of terms."""

from __future__ import annotations

from wtforms import FieldList, FormField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_
from skillhub.terms.rules import MOST_YEARS


class TermForm(HouseForm):
    class Meta:
        csrf = False

    template = HiddenField()
    seen = HiddenField()
    years = IntegerField(
        N_("Valid for (years)"),
        [Optional(), NumberRange(min=1, max=MOST_YEARS)],
        description=N_("Empty: without end."),
        render_kw={"inputmode": "numeric"},
    )


class TermsForm(HouseForm):
    terms = FieldList(FormField(TermForm))
