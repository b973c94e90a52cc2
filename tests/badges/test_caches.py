"""What was withdrawn or replaced is told within a minute, through a cache that keeps all it may."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from skillhub.badges import services
from skillhub.certificates import services as certificates
from skillhub.kernel import keys
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.verify_badge import keys_in, verdict
from tests.certificates import awarded

POLLS, MINUTE = 1000, timedelta(seconds=60)


class Cache:
    """A cache before the house, as greedy as the headers allow, on the clock of the test."""

    def __init__(self, client):
        self.client, self.kept = client, {}

    def get(self, address):
        answer, until = self.kept.get(address, (None, now()))
        if answer is None or now() >= until:
            answer = self.client.get(address, follow_redirects=True)
            self.kept[address] = answer, now() + lifetime(answer)
        return answer


def lifetime(answer):
    """How long a cache may keep an answer; one that says nothing may be kept for a day."""
    said = answer.headers.get("Cache-Control", "")
    if "no-store" in said or "no-cache" in said:
        return timedelta(0)
    found = re.search(r"max-age=(\d+)", said)
    return timedelta(seconds=int(found[1])) if found else timedelta(days=1)


@pytest.fixture
def paper(root):
    cup = awarded.competition(root, ("李伟",))
    awarded.issue(cup)
    return awarded.all_of(cup)[0]


def withdraw(paper, taken):
    certificates.withdraw(paper, "fraud", OPERATOR, now())


def replace(paper, taken):
    certificates.replace(paper, "misspelt", awarded.template(), OPERATOR, now(), now().date())


def give_up(paper, taken):
    services.give_up(taken, OPERATOR, now())


@pytest.mark.parametrize(
    ("end", "pages_change"),
    [
        pytest.param(withdraw, True, id="withdrawn"),
        pytest.param(replace, True, id="replaced"),
        pytest.param(give_up, False, id="the badge given up"),
    ],
)
def test_within_a_minute_nobody_reads_that_it_is_valid(paper, client, end, pages_change):
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    with time_machine.travel(start, tick=False) as clock:
        taken = services.take(paper, paper.award.entry.person, OPERATOR, now())
        token, address = taken.token.encode(), f"/badges/status/{taken.list_id}"
        pages = [f"/v/{paper.code.lower()}", f"/verify?q={paper.code}", f"/verify?q={paper.number}"]
        known, cache = keys_in(keys.pem_of(keys.published()[0])), Cache(client)

        def answers():
            valid = [page for page in pages if "<h1>Valid</h1>" in cache.get(page).text]
            word, _ = verdict(token, known, lambda _: cache.get(address).data, now())
            return valid, word

        assert answers() == (pages, "valid")
        clock.shift(timedelta(seconds=29))
        ended = now()
        end(paper, taken)
        late = []
        for _ in range(POLLS):
            clock.shift(timedelta(milliseconds=120))
            valid, word = answers()
            if now() - ended > MINUTE:
                late += (valid if pages_change else []) + ([address] if word == "valid" else [])
        assert now() - ended > 1.9 * MINUTE
        assert late == []


def test_its_history_is_kept(paper, root):
    certificates.withdraw(paper, "fraud", OPERATOR, now())
    assert (paper.state, paper.ended_why, paper.pdf_sha256 is not None) == (
        "withdrawn",
        "fraud",
        True,
    )
