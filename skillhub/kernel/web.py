"""What every page shares: its language, its words for values, its headers, and the page for what went wrong."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, g, redirect, render_template, request
from flask_babel import (
    Babel,
    force_locale,
    format_date,
    format_datetime,
    get_locale,
    get_translations,
)
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from skillhub.kernel.access import current_actor
from skillhub.kernel.errors import HouseError
from skillhub.kernel.exact import shortest
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.settings import Settings, settings

log = logging.getLogger(__name__)

LANGUAGES = {"en": "English", "zh": "中文"}
THEMES = ("auto", "light", "dark")
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
csrf = CSRFProtect()  # of every form but those that change nothing and need nobody to be signed in
SENTENCES = {
    400: N_("The form could not be read. Go back, reload the page and send it again."),
    403: N_("You may not open this page."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not take that kind of request."),
    413: N_("The file is too large."),
    429: N_("Too many requests from here. Wait a minute, then try again."),
    500: N_("Something broke on our side. Nothing was saved; the mistake is in our log."),
}


def set_up_pages(app: Flask, settings: Settings) -> None:
    """Give an app its languages, filters, headers and error pages."""
    app.url_map.converters["int"] = RowNumber
    Babel(app, locale_selector=_language)
    csrf.init_app(app)
    if settings.secure_cookies:
        app.before_request(_move_to_https)
    guards = _guards(settings)
    app.before_request(_number_the_request)
    app.before_request(_refuse_what_no_column_holds)
    app.after_request(lambda response: _finish(response, guards))
    app.register_error_handler(HouseError, _refuse)
    app.register_error_handler(CSRFError, lambda error: error_page(400))
    app.register_error_handler(BlockingIOError, lambda error: error_page(408))  # the form broke off
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(Exception, _apologise)
    app.jinja_env.filters.update(
        tr=tr,
        named=named,
        day=day,
        instant=instant,
        isoday=isoday,
        isoinstant=isoinstant,
        points=points,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension that Babel adds
        _said,
        lambda one, many, n: _catalogue().ungettext(one, many, n),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
    )
    app.jinja_env.globals["N_"] = (
        N_  # for tables of words that a template keeps and translates when one is shown
    )
    app.context_processor(_shared)


def guard_files(settings: Settings) -> Callable[[Any, str, str], None]:
    """Give the headers of pages to files, which are served beside the application."""
    guards = _guards(settings)

    def guard(headers: Any, path: str, url: str) -> None:
        for name, value in guards:
            headers[name] = value

    return guard


class RowNumber(IntegerConverter):
    """A row's number in an address; what no column can hold is simply not found."""

    def __init__(self, url_map: Any, **options: Any) -> None:
        super().__init__(url_map, max=2**63 - 1, **options)


def tr(sentence: Message | Mapping[str, Any] | str | None) -> str:
    """Say a sentence in the reader's language."""
    if sentence is None:
        return ""
    if isinstance(sentence, Mapping):
        sentence = Message.from_json(sentence)
    if not isinstance(sentence, Message):
        return _said(sentence) if sentence else ""
    said = _said(sentence.text)
    values = {name: _shown(value) for name, value in sentence.values.items()}
    return said % values if values else said


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say what is said within in a language of one's choice."""
    kept = g.pop("catalogue", None)
    try:
        with force_locale(language):
            yield
    finally:
        g.pop("catalogue", None)
        if kept:
            g.catalogue = kept


def day(value: date | None) -> str:
    """Write a date in the reader's language."""
    return format_date(value, "long") if value else "–"


def instant(value: datetime | None, zone: str = "Asia/Shanghai") -> str:
    """Write an instant in a zone, with the zone named."""
    if value is None:
        return "–"
    local = value.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, 'medium', rebase=False)} {local.tzname()}"


def named(row: Any) -> str:
    """Give the name of a competition or an event in the reader's language: English where there is one."""
    english = "" if str(get_locale()).startswith("zh") else row.name_en
    return english or row.name


def isoday(text: str | None) -> str:
    """Write a day, or the day of an instant here, that is kept as text."""
    if not text:
        return "–"
    moment = datetime.fromisoformat(text)
    return day(moment.astimezone(ZoneInfo(settings.zone)).date() if moment.tzinfo else moment)


def isoinstant(text: str | None) -> str:
    """Write an instant that is kept as text."""
    return instant(datetime.fromisoformat(text) if text else None, settings.zone)


def points(value: Decimal | None, decimals: int | None = None) -> str:
    """Write a number of points: as exact as it is, or with so many decimals."""
    if value is None:
        return "–"
    return f"{value:.{decimals}f}" if decimals is not None else f"{shortest(value):f}"


def error_page(status: int, message: Message | None = None, problems: Any = ()) -> Response:
    """Say what went wrong, and what to do."""
    sentence = message or say(SENTENCES.get(status, SENTENCES[500 if status >= 500 else 400]))
    page = render_template("kernel/error.html", status=status, message=sentence, problems=problems)
    return Response(page, status)


def _said(text: str) -> str:
    return str(_catalogue().ugettext(text)) if g else text


def _catalogue() -> Any:
    """Look for the reader's catalogue once a request, not once a word."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def _shown(value: Any) -> Any:
    if isinstance(value, Message | dict):
        return tr(value)  # a stored message is a dict
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    return points(value) if isinstance(value, Decimal) else value


def _language() -> str:
    chosen = request.cookies.get("language", "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def _number_the_request() -> None:
    g.request_id = secrets.token_hex(8)


def _refuse_what_no_column_holds() -> None:
    """Refuse a NUL, which PostgreSQL cannot store and nobody types."""
    asked = request.query_string.replace(b"%00", b"\x00").decode("latin-1")
    if any("\x00" in text for text in (request.path, asked, *request.form.values())):
        abort(400)


def _guards(settings: Settings) -> list[tuple[str, str]]:
    """Give the headers that keep a page from being framed, mixed with foreign parts or sent in the clear."""
    guards = [
        ("Content-Security-Policy", "; ".join(" ".join(part) for part in POLICY.items())),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", "browsing-topics=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    if settings.secure_cookies:
        guards.append(("Strict-Transport-Security", "max-age=31556926; includeSubDomains"))
    return guards


def _move_to_https() -> Any:
    if request.is_secure or request.headers.get("X-Forwarded-Proto") == "https":
        return None
    house = settings.public_url.partition("://")[2].rstrip("/")
    return redirect(f"https://{house}{request.full_path.removesuffix('?')}")


def _finish(response: Response, guards: list[tuple[str, str]]) -> Response:
    response.headers.extend([("X-Request-Id", g.get("request_id", "")), *guards])
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _shared() -> dict[str, Any]:
    chosen = request.cookies.get("theme", "auto")
    return {
        "actor": current_actor(),
        "locale": str(get_locale()),
        "languages": LANGUAGES,
        "theme": chosen if chosen in THEMES else "auto",
        "request_id": g.get("request_id", ""),
    }


def _refuse(refusal: HouseError) -> Response:
    return error_page(refusal.status, refusal.message, refusal.problems)


def _explain(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    page = error_page(error.code or 500)
    page.headers.extend(
        (name, value)
        for name, value in error.get_headers()
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}
    )
    return page


def _apologise(error: Exception) -> Response:
    log.error("request %s failed", g.get("request_id", ""), exc_info=error)
    return error_page(500)
