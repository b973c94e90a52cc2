"""Fields of forms that more than one floor uses."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from wtforms import DateTimeLocalField

from skillhub.kernel.messages import N_
from skillhub.kernel.settings import settings

NUMBER = re.compile(r"[0-9]{1,18}")  # what a column can hold


def row_number(text: str) -> int:
    """Read the number of a row, or of its version, as a form sends it; 0 for what is none."""
    return int(text) if NUMBER.fullmatch(text) else 0


class MomentField(DateTimeLocalField):
    """An instant, written and read in the zone of this installation."""

    data: Any

    def process_data(self, value: Any) -> None:
        """Show a stored instant as the clock here shows it."""
        zone = ZoneInfo(settings.zone)
        super().process_data(value.astimezone(zone) if isinstance(value, datetime) else value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed as a time of the clock here."""
        super().process_formdata(valuelist)
        if isinstance(self.data, datetime) and not 1900 <= self.data.year <= 2200:
            self.data = None  # a step beside year 1 or 9999 leaves the calendar
            raise ValueError(gettext(N_("Write a day such as 2026-11-30.")))
        if isinstance(self.data, datetime):
            self.data = self.data.replace(tzinfo=ZoneInfo(settings.zone))
