"""A copy of the whole database in one file, made while others work; the keys are kept apart from it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL

from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict, HouseError
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.settings import settings


def write(file: Path) -> list[Problem]:
    """Write a backup, readable by its owner only, and give what else must be kept.

    The file appears whole or not at all, and none is overwritten. Raises HouseError when it cannot be written.
    """
    with _whole(file) as draft:
        if settings.is_sqlite:
            _copy_sqlite(Path(db.engine.url.database or ""), draft)
        else:
            _dump_postgresql(db.engine.url, draft)
    apart = say(
        N_(
            "The four keys in %(path)s are not in the backup, so that whoever finds one cannot read it with the other."
            " Keep a copy of them in another place: without identity_key the identity numbers are lost."
        ),
        path=settings.instance / "settings.toml",
    )
    return [Problem("", apart, "notice")]


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """Give a draft beside the file that takes its name when it is complete."""
    if file.exists():
        raise Conflict(say(N_("%(file)s exists already. Choose another name."), file=str(file)))
    if not file.absolute().parent.is_dir():
        raise HouseError(
            say(N_("There is no folder %(folder)s."), folder=str(file.absolute().parent))
        )
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        draft.touch(0o600, exist_ok=False)
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        _name(draft, file)
    except FileExistsError:
        raise Conflict(
            say(N_("%(file)s exists already. Choose another name."), file=str(file))
        ) from None
    except (OSError, sqlite3.Error) as error:
        raise HouseError(
            say(N_("The backup could not be written: %(why)s"), why=str(error))
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _name(draft: Path, file: Path) -> None:
    """Give the draft its name, unless another has it."""
    try:
        os.link(draft, file)
    except FileExistsError:
        raise
    except OSError:  # a memory stick knows no links
        draft.rename(file)


def _copy_sqlite(path: Path, draft: Path) -> None:
    # A stepped backup starts again whenever somebody writes (107 s for 19 MB); this is one read.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("VACUUM INTO ?", (str(draft),))
    with closing(sqlite3.connect(draft)) as copy:
        (told,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if told != "ok":
        raise HouseError(say(N_("The database is damaged: %(what)s"), what=told))


def _dump_postgresql(url: URL, draft: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise HouseError(
            say(
                N_(
                    "pg_dump is not installed on this machine. Install the client programs of PostgreSQL."
                )
            )
        )
    told = {
        "PGHOST": url.query.get("host") or url.host,
        "PGPORT": url.query.get("port") or (str(url.port) if url.port else None),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,  # not on the command line, where others could read it
        "PGDATABASE": url.database,
    }
    environment = {**os.environ, **{name: str(value) for name, value in told.items() if value}}
    command = [program, "--format=custom", "--no-owner", f"--file={draft}"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  (found by which)
    if run.returncode:
        why = (run.stderr.strip().splitlines() or ["?"])[-1]
        raise HouseError(say(N_("The backup could not be written: %(why)s"), why=why))
