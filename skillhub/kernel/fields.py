"""Fields of forms that more than one floor uses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateTimeLocalField

from skillhub.kernel.settings import settings


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
        if isinstance(self.data, datetime):
            self.data = self.data.replace(tzinfo=ZoneInfo(settings.zone))
