"""The page on which a stranger verifies a paper: by the code in its QR, or by what is typed off it.

Nobody is signed in here, and every stranger reads the same. So a page is drawn once for each state of a paper, and
answered from there before the application is asked: a paper that is known and a code that is not take the same way.
"""

from __future__ import annotations

import logging
import secrets
from urllib.parse import quote

from flask import Blueprint, Flask, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import escape

from skillhub.certificates import queries, rules
from skillhub.certificates.models import Certificate
from skillhub.certificates.rules import Answer, TypedAs, Verified
from skillhub.kernel.access import PUBLIC, allow
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.exact import day_of
from skillhub.kernel.limits import may_miss, slow_counting, slow_misses
from skillhub.kernel.public import Asked, Find, Page
from skillhub.kernel.settings import settings
from skillhub.kernel.web import THEMES

log = logging.getLogger(__name__)
bp = Blueprint("verifying", __name__)

MOST_KEPT = 4096
LONGEST = 200
WHERE, WHAT = (
    secrets.token_hex(16),
    secrets.token_hex(16),
)  # stand for the address, and for what was typed
_pages: dict[tuple[Verified | None, str, str], str] = {}


@bp.get("/verify")
@allow(PUBLIC)
@slow_counting
@slow_misses
def verify() -> ResponseReturnValue:
    text = request.args.get("q", "").strip()[:LONGEST]
    typed = rules.read_typed(text)
    if typed.kind is TypedAs.CODE:
        return redirect(url_for(".verify_code", code=typed.folded.lower()))
    return _told(queries.verified(text, now()) if text else None, text)


@bp.get("/v/<code>")
@allow(PUBLIC)
@slow_misses
def verify_code(code: str) -> ResponseReturnValue:
    return _told(queries.verified(code[:LONGEST], now()), code[:LONGEST])


def finder(app: Flask) -> Find:
    """Give the look-up of the pages at /v/<code> that were drawn before; the rest is left to the application."""

    def find(asked: Asked) -> Page | None:
        if len(asked.parts) != 2 or asked.query or len(asked.parts[1]) > LONGEST:
            return None
        with app.app_context():
            found = queries.verified(asked.parts[1], asked.moment)
            page = _pages.get((found, asked.language, asked.theme))
            if page is None or not (found.told or found.opens_at or may_miss(asked.reader)):
                return None
        _log(found)
        return Page(_status(found), _filled(page, f"/v/{asked.parts[1]}", asked.parts[1]).encode())

    return find


def _told(found: Verified | None, typed: str) -> ResponseReturnValue:
    """Answer a stranger: by the code of the paper what stands on it, by its number little more than yes or no."""
    if found:
        _log(found)
    theme = request.cookies.get("theme", "auto")
    key = (found, str(get_locale()), theme if theme in THEMES else "auto")
    if key not in _pages:
        if len(_pages) >= MOST_KEPT:
            _pages.clear()
        _pages[key] = _drawn(found)
    page = _filled(_pages[key], request.full_path.rstrip("?"), typed)
    answer = make_response(page, _status(found))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _log(found: Verified) -> None:
    """Note that somebody looked; nothing about who."""
    log.info("verify: %s by %s", found.answer.value, found.typed.value)


def _status(found: Verified | None) -> int:
    return 404 if found and found.answer is Answer.UNKNOWN else 200


def _filled(page: str, address: str, typed: str) -> str:
    return page.replace(WHERE, quote(address, safe="")).replace(WHAT, str(escape(typed)))


def _drawn(found: Verified | None) -> str:
    """Draw the page of one state of a paper, with blanks for its address and for what was typed."""
    row = get_or_404(Certificate, found.told) if found and found.told else None
    by_code = found is not None and found.typed is TypedAs.CODE
    return render_template(
        "verifying/verify.html",
        found=found,
        row=row,
        by_code=by_code,
        ended_on=day_of(row.ended_at, settings.zone) if row and row.ended_at else None,
        typed=WHAT,
        facts=rules.printed(row.facts) if row and by_code else [],
        masked=rules.holder_masked(row.facts) if row else "",
        address=settings.public_url,
        here=WHERE,
    )
