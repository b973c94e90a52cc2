"""Putting a backup back: into an instance that has its keys and no database yet; whole, or not at all."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from skillhub.kernel import backup
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, HouseError
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings


def read(file: Path) -> int:
    """Put the database and the published files of a backup in their places; gives how many files were published.

    Raises Conflict where something stands already or the keys are others, BadInput for a damaged file.
    """
    _refuse_what_stands()
    with tempfile.TemporaryDirectory(dir=settings.instance, prefix=".restore-") as scratch:
        folder = Path(scratch)
        told = _unpacked(file, folder)
        _require_keys(told)
        _put_database(folder / told["database"])
        if (folder / backup.PUBLISHED).is_dir():
            (folder / backup.PUBLISHED).rename(settings.instance / backup.PUBLISHED)
    return len(told["files"]) - 1


def _refuse_what_stands() -> None:
    text = N_("%(what)s is there already. Restore into an instance without one.")
    if settings.is_sqlite:
        place = Path(db.engine.url.database or "")
        if place.exists():
            raise Conflict(say(text, what=str(place)))
    else:
        with db.engine.connect() as connection:
            if inspect(connection).get_table_names():
                raise Conflict(say(text, what=db.engine.url.database or ""))
    if (settings.instance / backup.PUBLISHED).exists():
        raise Conflict(say(text, what=str(settings.instance / backup.PUBLISHED)))


def _unpacked(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup, and look at every file of it; nothing may be missing, more or changed."""
    damaged = say(N_("%(file)s is no whole backup of SkillHub."), file=str(file))
    try:
        with tarfile.open(file, "r:") as archive:
            archive.extractall(folder, filter="data")
        told: dict[str, Any] = json.loads((folder / backup.MANIFEST).read_bytes())
        stated = dict(told["files"])
        (folder / backup.MANIFEST).unlink()
    except (OSError, ValueError, KeyError, tarfile.TarError) as error:
        raise BadInput(damaged) from error
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    if found.keys() != stated.keys() or told["database"] not in found:
        raise BadInput(damaged)
    for name, path in found.items():
        if backup.digest_of(path) != stated[name]:
            raise BadInput(say(N_("%(name)s was changed in the backup."), name=name))
    return told


def _require_keys(told: dict[str, Any]) -> None:
    if told["database"] != backup.DATABASE[settings.is_sqlite]:
        raise Conflict(
            say(N_("The backup is of another kind of database than database_url names."))
        )
    if told["keys"] != backup.keys_of(settings):
        text = N_(
            "The keys in %(path)s are not those of the backup. Put your copy of them there first."
        )
        raise Conflict(say(text, path=str(settings.instance / "settings.toml")))


def _put_database(copy: Path) -> None:
    if settings.is_sqlite:
        copy.chmod(0o600)
        copy.rename(Path(db.engine.url.database or ""))
        return
    program = shutil.which("pg_restore")
    if program is None:
        text = N_(
            "pg_restore is not installed on this machine. Install the client programs of PostgreSQL."
        )
        raise HouseError(say(text))
    name = db.engine.url.database or ""
    command = [
        program,
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={name}",
        str(copy),
    ]
    environment = backup.environment_of(db.engine.url)
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  (found by which)
    if run.returncode:
        why = (run.stderr.strip().splitlines() or ["?"])[-1]
        raise HouseError(say(N_("The backup could not be read: %(why)s"), why=why))
