"""The page on which a stranger verifies a paper: by the code in its QR, or by what is typed off it.

Nobody is signed in here, and every stranger reads the same. So a page is drawn once for each state of a paper, and
answered from there before the application is asked: a paper that is known and a code that is not take the same way.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import escape
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from skillhub.certificates import queries, rules
from skillhub.certificates.models import Certificate
from skillhub.certificates.rules import Answer, TypedAs, Verified
from skillhub.kernel.access import PUBLIC, allow
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.exact import day_of
from skillhub.kernel.limits import limiter, may_miss, slow_counting, slow_misses
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.public import Asked, Find, Page
from skillhub.kernel.settings import settings
from skillhub.kernel.web import THEMES, csrf
from skillhub.verifying.queries import Told, told

log = logging.getLogger(__name__)
bp = Blueprint("verifying", __name__)

MOST_KEPT = 4096
LARGEST = 5_000_000  # bytes of a file that is looked at
FEW, PATIENCE = 2, 5.0  # files looked at at once, and seconds to wait for one's turn
_looking = threading.BoundedSemaphore(FEW)
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


@bp.url_value_preprocessor
def bound_the_file(endpoint: str | None, values: object) -> None:
    """Let nobody send more than a paper can be, before anything of it is read."""
    if endpoint == "verifying.check_file":
        request.max_content_length = LARGEST + 10_000  # for the frame around it


@bp.route("/verify/file", methods=["GET", "POST"])
@allow(PUBLIC)
@csrf.exempt  # type: ignore[untyped-decorator]  # it changes nothing, and nobody is signed in
@limiter.limit("10 per minute; 100 per hour", methods=["POST"])
def check_file() -> ResponseReturnValue:
    found, refusal = None, None
    if request.method == "POST":
        sent = request.files.get("file")
        pdf = sent.read(LARGEST + 1) if sent else b""
        refusal = _unfit(pdf)
        if not refusal:
            with _one_of_few():
                found = told(pdf, now())
            log.info("verify: %s by file", found.outcome)
    return _answer(found, refusal, 422 if refusal else 200)


@bp.errorhandler(RequestEntityTooLarge)
def refuse_the_file(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say of a file that was not even read why, with the form below it to send another."""
    return _answer(None, _too_large(), 413)


def _answer(found: Told | None, refusal: Message | None, status: int) -> Response:
    """Draw the page on which files are looked at."""
    page = render_template(
        "verifying/check_file.html",
        found=found,
        refusal=refusal,
        facts=rules.printed(found.row.facts) if found and found.kept and found.row else [],
        masked=rules.holder_masked(found.row.facts) if found and found.row else "",
        most=LARGEST,
        address=settings.public_url,
    )
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _too_large() -> Message:
    text = N_("This file is larger than any certificate of ours (%(most)s MB), so it is none.")
    return say(text, most=LARGEST // 1_000_000)


def _unfit(pdf: bytes) -> Message | None:
    """Say why a file is not looked at; None for one that is."""
    if len(pdf) > LARGEST:
        return _too_large()
    if not pdf:
        return say(N_("No file came. Choose the PDF of the certificate, then send it."))
    if b"%PDF-" not in pdf[:1024]:
        return say(
            N_(
                "This is no PDF file. Choose the file as you were sent it; of a photograph or a scan,"
                " type the number or the code that stands on it instead."
            )
        )
    return None


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Look at few files at once, so that looking takes little from those who only ask."""
    if not _looking.acquire(timeout=PATIENCE):
        raise TooManyRequests(retry_after=10)
    try:
        yield
    finally:
        _looking.release()


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
        most=LARGEST,
        here=WHERE,
        signs=rules.CODE_LENGTH,
    )
