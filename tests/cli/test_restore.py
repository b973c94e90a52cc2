"""A backup put back: after a loss the public reads byte for byte what it read before."""

import io
import json
import shutil
import tarfile

import pytest
from click.testing import CliRunner

from skillhub.app import create_app
from skillhub.awards import services as awards
from skillhub.board import services as board
from skillhub.cli import main
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.publishing import queries as publishing
from skillhub.publishing import services
from skillhub.results import services as results
from tests import make
from tests.publishing.cup import BEFORE, announced, cup, finished

PAST = BEFORE.replace(year=2025)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An instance with a published cup: an edition that was replaced, one in force, another event, and its board."""
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    folder = tmp_path / "home"
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(folder))
    app = create_app(read_settings(folder))
    bring_up(app)
    with app.app_context():
        quills = cup(make.organisation("root", kind="union"))
        announced(quills, opens_at=PAST)
        results.finalise(quills.event, OPERATOR.name, OPERATOR, now())
        services.publish(quills.event, OPERATOR, now())
        awards.confer(quills.event, OPERATOR, now(), make.DAY)
        services.publish(quills.event, OPERATOR, now())
        second = cup(
            db.session.get(make.Organisation, 1), code="02", competition=quills.competition
        )
        services.publish(finished(second).event, OPERATOR, now())
        board.freeze(quills.competition, OPERATOR)
        board.reveal(quills.competition, 0, OPERATOR)
        db.session.remove()
        db.engine.dispose()
    return folder


def public(folder, whole=True):
    """Read everything public, in both languages: what names the version, and every byte."""
    app = create_app(read_settings(folder))
    client, read = app.test_client(), {}
    with app.app_context():
        event = make.db.session.get(make.Event, 1)
        slug = event.competition.code
        lasting = [f"/results/{slug}/01/{edition.mark}" for edition in publishing.editions(event)]
        db.session.remove()
        db.engine.dispose()
    lasting = lasting[-2:]  # the first two, of which one is replaced
    files = ("lines.json", "lines.en.csv", "lines.zh.csv", "1.en.html", "1.zh.html")
    pages = ["/results", f"/results/{slug}", f"/board/{slug}", f"/board/{slug}/news"]
    for own in (f"/results/{slug}/01", f"/results/{slug}/02", *lasting):
        pages += [f"{own}/{name}" for name in files]
    for language in ("en", "zh"):
        client.set_cookie("language", language)
        for path in pages:
            answer = client.get(path, headers={"Accept-Encoding": "identity"})
            assert answer.status_code == 200 or not whole, path
            read[language, path] = (answer.headers.get("ETag"), answer.data)
    return read


def run(*words):
    return CliRunner().invoke(main, words)


def lost(home):
    """Lose everything but the keys."""
    keys = (home / "settings.toml").read_bytes()
    shutil.rmtree(home)
    home.mkdir()
    (home / "settings.toml").write_bytes(keys)


def test_after_a_loss_the_public_reads_what_it_read_before(home, tmp_path):
    before, file = public(home), tmp_path / "backup.tar"
    assert len(before) == 2 * (4 + 4 * 5)
    assert run("backup", str(file)).exit_code == 0
    lost(home)
    told = run("restore", str(file))
    assert told.exit_code == 0, told.output
    assert "all is well" in told.output
    assert public(home) == before
    assert run("restore", str(file)).exit_code == 1  # something stands there now


def test_without_the_files_the_old_editions_would_be_gone(home, tmp_path):
    """What the test above would not see if nothing were in the files."""
    before, file = public(home), tmp_path / "backup.tar"
    run("backup", str(file))
    lost(home)
    run("restore", str(file))
    shutil.rmtree(home / "published")
    run("publishing", "mend")
    assert public(home, whole=False) != before


def altered(file, target, change):
    """Write a backup anew, with the members that `change` gives for each."""
    with tarfile.open(file) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            content = old.extractfile(member).read()
            for name, bytes_ in change(member.name, content):
                told = tarfile.TarInfo(name)
                told.size = len(bytes_)
                new.addfile(told, io.BytesIO(bytes_))
    return target


def flipped(name, content):
    return [
        (
            name,
            content[:-1] + bytes([content[-1] ^ 1])
            if "lines.json" in name and "02" in name
            else content,
        )
    ]


def one_less(name, content):
    return [] if name.endswith("1.en.html") else [(name, content)]


def one_more(name, content):
    return (
        [(name, content), ("published/x/y/z/new.html", b"x")]
        if name == "manifest.json"
        else [(name, content)]
    )


def outside(name, content):
    return [(name, content), ("../evil", b"x")] if name == "manifest.json" else [(name, content)]


def no_manifest(name, content):
    return [] if name == "manifest.json" else [(name, content)]


def other_database(name, content):
    return [
        (
            name,
            content[:4096] + bytes(4096) + content[8192:]
            if name.startswith("database")
            else content,
        )
    ]


@pytest.mark.parametrize(
    "change", [flipped, one_less, one_more, outside, no_manifest, other_database]
)
def test_a_damaged_backup_is_refused_and_nothing_is_put_back(home, tmp_path, change):
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    lost(home)
    told = run("restore", str(altered(file, tmp_path / "damaged.tar", change)))
    assert told.exit_code == 1, told.output
    assert [path.name for path in home.iterdir()] == ["settings.toml"]
    assert not (tmp_path / "evil").exists() and not (home.parent / "evil").exists()


def test_cut_short_or_no_backup_at_all(home, tmp_path):
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    whole = file.read_bytes()
    lost(home)
    for content in (whole[: len(whole) // 2], b"", b"SQLite format 3\x00" + bytes(4096)):
        file.write_bytes(content)
        told = run("restore", str(file))
        assert told.exit_code == 1 and "no whole backup" in told.output, told.output


def test_other_keys_are_refused(home, tmp_path):
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    shutil.rmtree(home)  # the next start makes new keys
    told = run("restore", str(file))
    assert told.exit_code == 1
    assert "not those of the backup" in told.output


def test_the_manifest_holds_no_key(home, tmp_path):
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    settings = read_settings(home)
    with tarfile.open(file) as archive:
        text = archive.extractfile("manifest.json").read().decode()
        names = archive.getnames()
    assert json.loads(text)["files"].keys() == set(names) - {"manifest.json"}
    for key in (settings.identity_key, settings.index_key, settings.secret_key):
        assert key not in text
