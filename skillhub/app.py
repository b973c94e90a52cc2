"""The application: settings, database, accounts and the pages of every feature."""

from __future__ import annotations

from datetime import timedelta
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask, abort, request, session, url_for
from flask_migrate import Migrate
from flask_security import Security, uia_username_mapper
from werkzeug.middleware.proxy_fix import ProxyFix

from skillhub.accounts.forms import SignInForm
from skillhub.accounts.models import Grant, User
from skillhub.accounts.queries import Accounts
from skillhub.accounts.rules import SHORTEST_PASSWORD
from skillhub.board.views import note_finder
from skillhub.kernel import jobs, journal, keys, mail, uploads  # noqa: F401  (their tables)
from skillhub.kernel.access import Actor, Role, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.compression import Files, set_up_compression
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.limits import account_asked_for, limiter
from skillhub.kernel.limits import configuration as limits
from skillhub.kernel.messages import N_
from skillhub.kernel.public import Public
from skillhub.kernel.sessions import end, set_up_sessions
from skillhub.kernel.settings import ROOT, Settings, read_settings
from skillhub.kernel.streams import Streams
from skillhub.kernel.web import guard_files, set_up_pages
from skillhub.publishing.views import finder
from skillhub.verifying.views import finder as verified

FEATURES = (
    "register",
    *("organisations", "occupations", "people", "accounts", "competitions", "approvals"),
    *("entries", "telling"),
    *("panels", "marking", "scoring", "drafting", "blanks", "judging", "checking", "twice"),
    "appeals",
    *("lots", "results"),
    *(
        "table",
        "awards",
        "amendments",
        "deeds",
        "publishing",
        "board",
        "planning",
        "teams",
        "life",
        "calendar",
        "qualifications",
        "eligibility",
    ),
    *(
        "incentives",
        "registrations",
        "admissions",
        "lists",
        "ladder",
        "road",
        "commendations",
        "designs",
        "canvas",
        "terms",
    ),
    *("certificates", "studio", "stock", "copies", "balances", "honours", "verifying", "badges"),
    *("batches", "sending"),
    *("returns", "corrections", "asking", "doctor", "desk", "portal"),
)
NAV = (
    (
        N_("Competitions"),
        "competitions.index",
        (
            *(Role.ORGANISER, Role.JUDGE, Role.CHIEF_JUDGE, Role.CODE_OFFICER, Role.CHECKER),
            *(Role.CERTIFICATE_STAFF, Role.AUDITOR),
        ),
    ),
    (N_("My panels"), "judging.mine", (Role.JUDGE, Role.CHIEF_JUDGE)),
    (N_("Appeals"), "appeals.index", (Role.APPEALS_PANEL, Role.AUDITOR)),
    (
        N_("Certificates"),
        "certificates.index",
        (Role.CERTIFICATE_STAFF, Role.ORGANISER, Role.AUDITOR),
    ),
    (N_("Desk"), "copies.index", (Role.CERTIFICATE_STAFF, Role.ORGANISER, Role.AUDITOR)),
    (N_("Doctor"), "doctor.index", (Role.ORGANISER, Role.AUDITOR)),
    (
        N_("People"),
        "people.index",
        (Role.ORGANISER, Role.INCENTIVE_REVIEWER, Role.CERTIFICATE_STAFF, Role.AUDITOR),
    ),
    (
        N_("Qualifications"),
        "qualifications.index",
        (Role.ORGANISER, Role.INCENTIVE_REVIEWER, Role.AUDITOR),
    ),
    (N_("Incentives"), "incentives.index", (Role.INCENTIVE_REVIEWER, Role.ORGANISER, Role.AUDITOR)),
    (N_("Organisations"), "organisations.index", (Role.ORGANISER, Role.AUDITOR)),
    (N_("Occupations"), "occupations.index", (Role.ORGANISER, Role.AUDITOR)),
    (N_("Accounts"), "accounts.index", (Role.ADMINISTRATOR,)),
    (N_("Journal"), "accounts.journal", (Role.AUDITOR,)),
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application for an instance folder."""
    known = settings or read_settings()
    app = Flask(
        "skillhub",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(known.instance),
    )
    app.extensions["skillhub.settings"] = known
    app.config.from_mapping(_configuration(known))
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "skillhub" / "migrations"), render_as_batch=True)
    set_up_pages(app, known)
    set_up_compression(app)
    limiter.init_app(app)
    set_up_sessions(app)
    app.before_request(_refuse_json)
    Security(app, Accounts(db, User, Grant), login_form=SignInForm)
    app.login_manager.request_loader(lambda request: None)  # type: ignore[attr-defined]  # no sign-in by token
    _guard_sign_in(app)
    for feature in FEATURES:
        if find_spec(f"skillhub.{feature}.models"):  # a migration must see every table
            import_module(f"skillhub.{feature}.models")
        if find_spec(f"skillhub.{feature}.views"):
            app.register_blueprint(import_module(f"skillhub.{feature}.views").bp)
    app.context_processor(lambda: {"nav": navigation(app, current_actor())})
    _open_doors(app, known)
    return app


def navigation(app: Flask, actor: Actor) -> list[tuple[str, str]]:
    """Give the menu of what this person may open: label and address."""
    return [
        (label, url_for(endpoint))
        for label, endpoint, roles in NAV
        if endpoint in app.view_functions and actor.has(*roles)
    ]


def _open_doors(app: Flask, known: Settings) -> None:
    """Put before the application what is answered without it: files, what everybody may read, news."""
    app.wsgi_app = Files(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "static"),
        prefix="static/",
        max_age=86400,
        add_headers_function=guard_files(known),
    )
    app.wsgi_app = Public(  # type: ignore[method-assign,assignment]  # as any WSGI application
        app.wsgi_app,
        known,
        {
            "results": finder(known.instance),
            "board": lambda asked: None,
            "verify": lambda asked: None,
            "v": verified(app),
        },
    )
    app.wsgi_app = Streams(  # type: ignore[method-assign,assignment]  # as any WSGI application
        app.wsgi_app, known, {"board": note_finder(known.instance)}
    )
    if known.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, known.proxies, known.proxies, known.proxies)  # type: ignore[method-assign]


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "MAX_CONTENT_LENGTH": settings.upload_megabytes * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "skillhub" / "translations"),
        "BABEL_DEFAULT_LOCALE": "en",
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        **limits(settings),
        **_signing_in(settings),
    }


def _signing_in(settings: Settings) -> dict[str, object]:
    return {
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "SESSION_COOKIE_NAME": "__Host-session" if settings.secure_cookies else "session",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {  # OWASP's minimum; the default takes 9 times as long
            "argon2__time_cost": 2,
            "argon2__memory_cost": 19456,
            "argon2__parallelism": 1,
        },
        # Logins are stored folded, and folded by the form before they are looked up.
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"username": {"mapper": uia_username_mapper}}],
        "SECURITY_USERNAME_ALLOWED_CHARS": ["L", "N", "P"],
        "SECURITY_USERNAME_MIN_LENGTH": 2,
        "SECURITY_USERNAME_MAX_LENGTH": 64,
        "SECURITY_INPUT_NORMALIZE_FORM": "NFKC",
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "SECURITY_I18N_DIRNAME": ["builtin", str(ROOT / "skillhub" / "translations")],
        "SECURITY_USERNAME_ENABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_VERIFY_URL": "/sign-in/again",  # /verify is the page for certificates
        "SECURITY_CACHE_CONTROL": None,  # ours stands on every page
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_FLASH_MESSAGES": True,
    }


def _refuse_json() -> None:
    """Take forms only: their fields are texts, and the limits on signing in look at them."""
    if request.is_json:
        abort(415)


def _guard_sign_in(app: Flask) -> None:
    """Slow down guessing, by account and by address; end every copy of a session; journal a new password."""
    views: dict[str, Any] = app.view_functions
    slow = limiter.limit("10 per 5 minutes", methods=["POST"], key_func=account_asked_for)
    views["security.login"] = limiter.limit("30 per 5 minutes", methods=["POST"])(
        slow(views["security.login"])
    )
    views["security.verify"] = limiter.limit("10 per 5 minutes", methods=["POST"])(
        views["security.verify"]
    )
    views["security.logout"] = _ending_all_copies(views["security.logout"])
    views["security.change_password"] = limiter.limit("10 per 5 minutes", methods=["POST"])(
        _in_one_unit(views["security.change_password"], "accounts.change_password")
    )


def _ending_all_copies(view: Any) -> Any:
    @wraps(view)
    def sign_out() -> Any:
        if request.method == "POST" and "number" in session:
            end(session["number"], now())
        return view()

    return sign_out


def _in_one_unit(view: Any, verb: str) -> Any:
    """Let a page of the sign-in library write as a service does."""

    @wraps(view)
    def journaled() -> Any:
        if request.method != "POST":
            return view()
        with transaction():
            answer = view()
            if db.session.dirty:
                act(current_actor(), verb, db.session.get(User, current_actor().user_id))
        return answer

    return journaled
