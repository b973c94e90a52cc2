"""A badge from the worker's page to a stranger's machine: signed, listed, baked, given up; checked without us."""

import io
import json
import re
import socket
import subprocess
import sys
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from openbadgeslib.ob3 import OB3Verifier, check_credential_status, decode_encoded_list, set_indices
from openbadgeslib.ob3.verifier import OB3VerificationError
from PIL import Image

from skillhub.badges import queries, rules, services
from skillhub.badges.models import Badge, StatusList
from skillhub.certificates import services as certificates
from skillhub.certificates.models import Certificate
from skillhub.kernel import keys, seals
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.settings import ROOT
from skillhub.kernel.verify_badge import keys_in, opened, token_in, verdict
from tests import make
from tests.certificates import awarded

PROGRAM = ROOT / "skillhub" / "kernel" / "verify_badge.py"


@pytest.fixture
def paper(root):
    """The certificate of Li Wei, and its holder."""
    cup = awarded.competition(root)
    awarded.issue(cup)
    return awarded.all_of(cup)[0]


@pytest.fixture
def holder(paper):
    return paper.award.entry.person


@pytest.fixture
def badge(paper, holder):
    return services.take(paper, holder, OPERATOR, now())


@pytest.fixture
def worker(root, holder, sign_in):
    return sign_in(make.user("worker", root, person=holder))


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_, **__):
        raise OSError("the network is off")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def public_keys():
    return keys_in(json.dumps(queries.key_set()).encode())


def list_of(badge):
    return queries.listed(badge.list, now()).encode()


def judged(badge, fetch=None):
    return verdict(badge.token.encode(), public_keys(), fetch or (lambda _: list_of(badge)), now())[
        0
    ]


def unreachable(address):
    raise OSError("no way there")


# --- what it is


def test_two_programs_that_know_nothing_of_each_other_find_it_good(badge, no_network):
    assert judged(badge) == "valid"
    (key,) = keys.published()
    found = OB3Verifier(keys.pem_of(key)).verify(badge.token)
    assert found.achievement.name == "金牌 · Gold"
    assert found.identifiers[0].identity_hash == "李伟"
    check_credential_status(
        found, lambda _: list_of(badge), verify_list=True, list_pubkey_pem=keys.pem_of(key)
    )


def test_it_has_the_shape_of_an_open_badge_and_says_no_more_than_the_paper(badge, holder):
    said = opened(badge.token, public_keys())
    queries.schema().validate(said)
    for path in (
        ("credentialSubject",),
        ("issuer", "name"),
        ("validFrom",),
        ("credentialStatus", "type"),
    ):
        at = broken = json.loads(json.dumps(said))
        for name in path[:-1]:
            at = at[name]
        del at[path[-1]]
        assert list(queries.schema().iter_errors(broken)), path
    text = json.dumps(said, ensure_ascii=False)
    for word in (holder.number, holder.phone, "birth", "total"):
        assert not word or word not in text


def test_any_flipped_byte_makes_it_false(badge):
    known = public_keys()
    token, fetch = badge.token.encode(), lambda _: list_of(badge)
    for at in range(0, len(token), 7):
        for bit in (1, 4):
            other = token[:at] + bytes([token[at] ^ bit]) + token[at + 1 :]
            assert verdict(other, known, fetch, now())[0] == "false", at
    last = token[:-1] + bytes(
        [token[-1] ^ 1]
    )  # the same bytes in another spelling, or a false signature
    assert verdict(last, known, fetch, now())[0] == "false"


def test_another_key_makes_it_false(badge):
    keys.rotate(OPERATOR, now())
    assert judged(badge) == "valid"  # the earlier key is still published
    only_new = keys_in(json.dumps({"keys": queries.key_set()["keys"][:1]}).encode())
    assert verdict(badge.token.encode(), only_new, lambda _: list_of(badge), now())[0] == "false"


# --- whether it counts


def test_what_is_withdrawn_or_replaced_is_revoked(badge, paper):
    assert judged(badge) == "valid"
    certificates.withdraw(paper, "fraud", OPERATOR, now())
    assert judged(badge) == "revoked"
    said = opened(queries.listed(badge.list, now()), public_keys())
    bits = decode_encoded_list(said["credentialSubject"]["encodedList"])
    assert set_indices(bits) == {badge.place}
    assert len(bits) * 8 == rules.SPREAD
    key = keys.published()[0]
    found = OB3Verifier(keys.pem_of(key)).verify(badge.token)
    with pytest.raises(OB3VerificationError, match="revocation"):
        check_credential_status(found, lambda _: list_of(badge))


def test_a_replaced_paper_takes_its_badge_along_and_the_new_one_gives_another(badge, paper, holder):
    day = now().date()
    new = certificates.replace(paper, "misspelt", awarded.template(), OPERATOR, now(), day)
    assert judged(badge) == "revoked"
    with pytest.raises(services.Conflict, match="in force"):
        services.take(new, holder, OPERATOR, now())  # not printed yet


@pytest.mark.parametrize(
    "fetch",
    [
        pytest.param(unreachable, id="unreachable"),
        pytest.param(lambda _: b"<html>", id="something else"),
        pytest.param(lambda _: b"", id="nothing"),
    ],
)
def test_a_list_that_cannot_be_had_makes_it_unknown(badge, fetch):
    assert judged(badge, fetch) == "unknown"


def test_a_list_of_another_or_of_yesterday_makes_it_unknown(badge, paper, root):
    old = queries.listed(badge.list, now() - timedelta(days=2)).encode()
    assert judged(badge, lambda _: old) == "unknown"
    other = make.keep(StatusList(issuer=make.organisation("other")))
    assert judged(badge, lambda _: queries.listed(other, now()).encode()) == "unknown"


def test_it_expires_with_its_paper(paper, holder):
    make.changed(paper, expires_on=now().date() + timedelta(days=30))
    taken = services.take(paper, holder, OPERATOR, now())
    fetch = lambda _: list_of(taken)  # noqa: E731
    later = now() + timedelta(days=32)
    assert judged(taken) == "valid"
    assert verdict(taken.token.encode(), public_keys(), fetch, later)[0] == "expired"


def test_nobody_takes_two(badge, paper, holder):
    assert services.take(paper, holder, OPERATOR, now()).id == badge.id
    services.give_up(badge, OPERATOR, now())
    assert judged(badge) == "revoked"
    again = services.take(paper, holder, OPERATOR, now())
    assert again.id != badge.id
    assert judged(again) == "valid"
    assert judged(badge) == "revoked"


# --- the worker's page, and what others fetch


def test_there_is_no_badge_until_its_holder_wants_one(worker, paper):
    own = f"/standing/certificates/{paper.id}"
    assert f'href="{own}/badge"' in worker.get(own).text
    page = worker.get(f"{own}/badge")
    assert "Make my badge" in page.text
    assert worker.get(f"{own}/badge.png").status_code == 404
    assert db.session.query(Badge).count() == 0
    page = worker.post(f"{own}/badge", follow_redirects=True)
    assert "Picture (PNG)" in page.text

    svg, png, jwt = (worker.get(f"{own}/badge.{kind}").data for kind in ("svg", "png", "jwt"))
    token = db.session.query(Badge).one().token
    assert token_in(svg) == token_in(png) == token_in(jwt) == token
    assert png.count(b"openbadgecredential") == 1
    assert svg.count(b"openbadges:credential") == 1
    assert Image.open(io.BytesIO(png)).size == (512, 512)
    assert OB3Verifier.extract_token_from_png(png) == token
    assert OB3Verifier.extract_token_from_svg(svg) == token

    page = worker.post(f"{own}/badge/give-up", follow_redirects=True)
    assert "counts no more" in page.text
    assert worker.get(f"{own}/badge.png").status_code == 404


def test_nobody_takes_the_badge_of_another(paper, root, sign_in):
    other = sign_in(make.user("worker", root, person=make.person("Somebody")))
    own = f"/standing/certificates/{paper.id}/badge"
    assert other.get(own).status_code == 404
    assert other.post(own).status_code == 404
    assert db.session.query(Badge).count() == 0


def test_a_withdrawn_paper_gives_none(worker, paper):
    certificates.withdraw(paper, "fraud", OPERATOR, now())
    page = worker.get(f"/standing/certificates/{paper.id}/badge")
    assert "Make my badge" not in page.text
    worker.post(f"/standing/certificates/{paper.id}/badge")
    assert db.session.query(Badge).count() == 0


def test_all_that_a_badge_names_of_ours_is_there_for_everybody(badge, client):
    said = opened(badge.token, public_keys())
    head = json.loads(urlsafe_b64decode(badge.token.split(".")[0] + "=="))
    base = queries.base()
    keys.rotate(OPERATOR, now())
    for address, part in (
        (said["issuer"]["id"], b'"Profile"'),
        (said["credentialStatus"]["statusListCredential"], b"eyJ"),
        (head["kid"], head["jwk"]["x"].encode()),
        (f"{base}/badges/keys", head["kid"].encode()),
        (f"{base}/badges/schema.json", b"OpenBadgeCredential"),
        (f"{base}/badges", b"verify_badge.py"),
    ):
        answer = client.get(address.removeprefix(base))
        assert answer.status_code == 200, address
        assert part in answer.data, address
    for name in queries.CONTEXTS:
        answer = client.get(f"/badges/contexts/{name}")
        assert "@context" in answer.json
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/badges/contexts/../../secret").status_code == 404
    assert client.get("/badges/issuers/999").status_code == 404
    listed = client.get(f"/badges/status/{badge.list_id}")
    assert int(re.search(r"max-age=(\d+)", listed.headers["Cache-Control"])[1]) <= 30


def test_the_program_stands_alone(badge, tmp_path):
    """It answers in its five words on a machine that has neither SkillHub nor a way to the network."""
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    (alone / "verify_badge.py").write_bytes(PROGRAM.read_bytes())
    (alone / "badge.png").write_bytes(_baked(badge))
    (alone / "key.pem").write_bytes(keys.pem_of(keys.published()[0]))
    (alone / "list.jwt").write_bytes(list_of(badge))

    def run(*names):
        command = [sys.executable, "-I", "verify_badge.py", *names]
        done = subprocess.run(command, cwd=alone, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.partition(":")[0]

    assert run("badge.png", "key.pem", "list.jwt") == (0, "valid")
    services.give_up(badge, OPERATOR, now())
    (alone / "list.jwt").write_bytes(list_of(badge))
    assert run("badge.png", "key.pem", "list.jwt") == (1, "revoked")
    assert run("badge.png", "key.pem") == (2, "unknown")  # nothing listens at the address
    (alone / "page.html").write_bytes(b"<!doctype html>")  # kept in place of the keys
    assert run("badge.png", "page.html", "list.jwt") == (2, "unknown")
    assert run("badge.png", "keys.pem", "list.jwt") == (2, "unknown")  # there is no such file
    (alone / "badge.png").write_bytes(b"no badge")
    assert run("badge.png", "key.pem", "list.jwt") == (1, "false")


def _baked(badge):
    words = rules.lines_of(db.session.get(Certificate, badge.certificate_id).facts)
    return rules.in_png(seals.png(*words), badge.token)
