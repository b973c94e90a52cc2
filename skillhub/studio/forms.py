"""The forms of the studio."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_


class LookForm(HouseForm):
    """Yes, or back with the reason."""

    why = TextAreaField(
        N_("What is to be changed"), [Optional(), Length(max=500)], render_kw={"rows": 3}
    )
