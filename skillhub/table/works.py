"""Tidying once a day: what only a browser needed while marks were typed is forgotten."""

from __future__ import annotations

import threading

from flask import Flask

from skillhub.kernel.clock import now
from skillhub.kernel.workers import watch
from skillhub.table import services

DAY = 24 * 3600.0  # seconds


def start_tidying(app: Flask, stop: threading.Event) -> threading.Thread:
    """Tidy now and once a day, in a thread of this process, until told to stop."""
    return watch(app, stop, "tidying", DAY, lambda _: services.forget(now()))
