"""Typed settings: from `settings.toml` in the instance folder, each overridden by the environment."""

from __future__ import annotations

import os
import secrets
import tomllib
from base64 import urlsafe_b64encode
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to the next."""

    instance: Path
    secret_key: str
    password_salt: str
    identity_key: str
    index_key: str
    database_url: str
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    zone: str = "Asia/Shanghai"
    issuer: str = "SH"
    limits_store: str = "database"  # or redis://…; memory:// counts in each process alone
    secure_cookies: bool = False
    proxies: int = 0
    upload_megabytes: int = 20
    jobs: str = "here"  # long works are done in the web process; "apart": by `skillhub work`
    job_threads: int = 2
    signing_key: str = (
        ""  # .p12 or .pem in the instance folder, pkcs11:…, or "demo"; "": papers are not signed
    )
    signing_password: str = ""
    timestamp_url: str = ""  # of a timestamp server (RFC 3161), with the roots of all certificates
    trusted_roots: str = ""
    signature_proofs: str = "needed"  # "if reachable": else papers have their timestamp alone
    mail: str = ""  # smtp://user@host:587, smtps://…, or "folder": files in instance/mail; "": none goes out
    mail_password: str = ""
    mail_from: str = ""

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is a file of ours."""
        return self.database_url.startswith("sqlite")


def read_settings(instance: Path | None = None, *, demo: bool = False) -> Settings:
    """Read the settings of an instance folder; a new folder gets its own keys, readable by its owner only.

    `demo` lets a new folder sign its papers with a key that says of itself that it proves nothing.
    """
    folder = instance or Path(os.environ.get("SKILLHUB_INSTANCE") or ROOT / "instance")
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "settings.toml"
    _create(path, demo)
    stored = tomllib.loads(path.read_text(encoding="utf-8"))
    stored.setdefault("database_url", f"sqlite:///{folder / 'skillhub.sqlite'}")
    values: dict[str, object] = {"instance": folder}
    for known in fields(Settings):
        if known.name == "instance":
            continue
        given = os.environ.get(f"SKILLHUB_{known.name.upper()}", stored.get(known.name))
        if given is None and known.default is not MISSING:
            continue
        values[known.name] = _typed(str(known.type), given)
    if "public_url" not in values and "port" in values:
        values["public_url"] = f"http://127.0.0.1:{values['port']}"
    unknown = set(stored) - {f.name for f in fields(Settings)}
    if unknown:
        raise SystemExit(f"settings.toml: unknown settings: {', '.join(sorted(unknown))}")
    return Settings(**values)  # type: ignore[arg-type]  # each was typed by its field above


def _create(path: Path, demo: bool) -> None:
    """Write the first settings; of several processes at once exactly one wins."""
    if path.exists():
        return
    keys = {
        "secret_key": secrets.token_urlsafe(48),
        "password_salt": secrets.token_urlsafe(24),
        "identity_key": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "index_key": secrets.token_hex(32),
    }
    lines = [
        "# Settings of this SkillHub. Keep a copy of the four keys apart from the database:",
        "# without identity_key the identity numbers cannot be read any more.",
        *(f'{name} = "{value}"' for name, value in keys.items()),
        *(['signing_key = "demo"', 'mail = "folder"'] if demo else []),
    ]
    draft = path.with_name(f"settings.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _typed(kind: str, given: object) -> object:
    if kind == "int":
        return int(cast(str, given))
    if kind == "bool":
        return str(given).lower() in {"1", "true", "yes", "on"}
    return str(given)


settings = cast(Settings, LocalProxy(lambda: current_app.extensions["skillhub.settings"]))
