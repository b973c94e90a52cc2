"""The forms that say from when on, and how, results are public."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.kernel.settings import settings
from skillhub.publishing.rules import AGREED_LABELS, NAMES_LABELS, Names
