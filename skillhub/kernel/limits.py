"""How often a page may be asked for."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from functools import wraps
from math import ceil

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from werkzeug.exceptions import TooManyRequests

MISSES = parse("30 per minute")

limiter = Limiter(get_remote_address, headers_enabled=True)

# Numbers of papers follow one another and could be counted through; a hall behind one address asks twice a second.
slow_counting = limiter.limit("60 per 2 minutes", exempt_when=lambda: not request.args.get("q"))


def account_asked_for() -> str:
    """Give the account that a sign-in names, whoever asks and from wherever."""
    named = request.form.get("username", "")[:100]
    folded = unicodedata.normalize("NFKC", named).strip().casefold()  # as it is looked up
    return f"account:{folded}"


def slow_misses(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Refuse an address that asked too often for what is not there: a code is not found by trying."""

    @wraps(view)
    def slowed(**view_args: object) -> ResponseReturnValue:
        if not limiter.enabled:
            return view(**view_args)
        counted = (MISSES, "misses", get_remote_address())
        if not limiter.limiter.test(*counted):
            wait = limiter.limiter.get_window_stats(*counted).reset_time - time.time()
            raise TooManyRequests(retry_after=max(1, ceil(wait)))
        answer = make_response(view(**view_args))
        if answer.status_code == 404:
            limiter.limiter.hit(*counted)
        return answer

    return slowed
