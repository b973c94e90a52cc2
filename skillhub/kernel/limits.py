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

from skillhub.kernel.counters import SCHEME
from skillhub.kernel.settings import Settings

MISSES = parse("30 per minute")

limiter = Limiter(get_remote_address, headers_enabled=True)

# Numbers of papers follow one another and could be counted through; a hall behind one address asks twice a second.
slow_counting = limiter.limit("60 per 2 minutes", exempt_when=lambda: not request.args.get("q"))


def configuration(settings: Settings) -> dict[str, object]:
    """Say where counts are kept: with the database, or where the setting `limits_store` says."""
    if settings.limits_store != SCHEME:
        return {"RATELIMIT_STORAGE_URI": settings.limits_store}
    own = {"file": str(settings.instance / "counters.sqlite")} if settings.is_sqlite else {}
    return {"RATELIMIT_STORAGE_URI": f"{SCHEME}://", "RATELIMIT_STORAGE_OPTIONS": own}


def account_asked_for() -> str:
    """Give the account that a sign-in names, whoever asks and from wherever."""
    named = request.form.get("username", "")[:100]
    folded = unicodedata.normalize("NFKC", named).strip().casefold()  # as it is looked up
    return f"account:{folded}"


def may_miss(address: str) -> bool:
    """Count one more who asked for what is not there; False when there were too many from this address."""
    return not limiter.enabled or limiter.limiter.hit(MISSES, "misses", address)


def slow_misses(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Refuse an address that asked too often for what is not there: a code is not found by trying.

    What is there is still answered: a whole company may stand behind the address of the one who guesses.
    """

    @wraps(view)
    def slowed(**view_args: object) -> ResponseReturnValue:
        answer = make_response(view(**view_args))
        address = get_remote_address()
        if answer.status_code == 404 and not may_miss(address):
            ends = limiter.limiter.get_window_stats(MISSES, "misses", address).reset_time
            raise TooManyRequests(retry_after=max(1, ceil(ends - time.time())))
        return answer

    return slowed
