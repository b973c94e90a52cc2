"""A copy of everything in one file, made while others work: the database and the published files; the keys lie apart.

The file is a tar archive: the database as its own program reads it, the folders of what was published, and last a
manifest with the SHA-256 of each. Notes that say which of the files count are not in it: they are drawn from the rows.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import file_digest, sha256
from pathlib import Path

from sqlalchemy import URL

from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict, HouseError
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.settings import Settings, settings
from skillhub.kernel.shelf import UNFINISHED

DATABASE = {True: "database.sqlite", False: "database.dump"}  # of SQLite, of PostgreSQL
PUBLISHED = "published"
MANIFEST = "manifest.json"


def write(file: Path) -> list[Problem]:
    """Write a backup, readable by its owner only, and give what else must be kept.

    The file appears whole or not at all, and none is overwritten. Raises HouseError when it cannot be written.
    """
    with _whole(file) as draft, _scratch(file) as database:
        if settings.is_sqlite:
            _copy_sqlite(Path(db.engine.url.database or ""), database)
        else:
            _dump_postgresql(db.engine.url, database)
        _pack(draft, database)  # files come after: what a row names is there before the row
    apart = say(
        N_(
            "The four keys in %(path)s and the folder “keys” beside it are not in the backup, so that whoever finds"
            " one cannot read it with the other. Keep a copy of them in another place: without identity_key the"
            " identity numbers are lost, without the folder nothing more is signed with the same key."
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


@contextmanager
def _scratch(file: Path) -> Iterator[Path]:
    """Give the place of the copy of the database until it is packed."""
    copy = file.with_name(f"{file.name}.{os.getpid()}.database")
    try:
        copy.touch(0o600, exist_ok=False)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _pack(draft: Path, database: Path) -> None:
    """Put the database, the published files and the manifest into the archive."""
    name = DATABASE[settings.is_sqlite]
    digests = {name: digest_of(database)}
    with tarfile.open(draft, "w") as archive:
        archive.add(database, name)
        for path in published():
            content, place = path.read_bytes(), path.relative_to(settings.instance).as_posix()
            digests[place] = sha256(content).hexdigest()
            _add(archive, place, content)
        told = {"database": name, "keys": keys_of(settings), "files": digests}
        _add(archive, MANIFEST, json.dumps(told, indent=1).encode())


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))


def published() -> Iterator[Path]:
    """Give the files of editions: they never change, and lie in a folder each, below that of their event."""
    folder = settings.instance / PUBLISHED
    for path in sorted(folder.glob("*/*/*/*")):
        if path.is_file() and not path.parent.name.startswith(UNFINISHED):
            yield path


def keys_of(settings: Settings) -> str:
    """Give a word by which keys are known again, and from which they are not found."""
    return sha256(f"skillhub {settings.identity_key} {settings.index_key}".encode()).hexdigest()


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


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
    command = [program, "--format=custom", "--no-owner", f"--file={draft}"]
    known = environment_of(url)
    run = subprocess.run(command, env=known, capture_output=True, text=True, check=False)  # noqa: S603  (found by which)
    if run.returncode:
        why = (run.stderr.strip().splitlines() or ["?"])[-1]
        raise HouseError(say(N_("The backup could not be written: %(why)s"), why=why))


def environment_of(url: URL) -> dict[str, str]:
    """Tell the programs of PostgreSQL where the database is."""
    told = {
        "PGHOST": url.query.get("host") or url.host,
        "PGPORT": url.query.get("port") or (str(url.port) if url.port else None),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,  # not on the command line, where others could read it
        "PGDATABASE": url.database,
    }
    return {**os.environ, **{name: str(value) for name, value in told.items() if value}}
