"""How often a page may be asked for."""

from __future__ import annotations

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, headers_enabled=True)


def account_asked_for() -> str:
    """Give the account that a sign-in names, whoever asks and from wherever."""
    return (
        "account:" + request.form.get("username", request.form.get("email", "")).strip().casefold()
    )
