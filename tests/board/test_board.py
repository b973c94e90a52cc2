"""The board in the hall: what is let out, the freeze, and the reveal in the order of the ceremony sheet."""

import pytest

from skillhub.awards import services as awards
from skillhub.board import queries, services
from skillhub.kernel import shelf
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.errors import Conflict
from skillhub.publishing import services as publishing
from tests import make
from tests.publishing.cup import AFTER, NAMES, POINTS, TITLES, announced, cup, finished

CANARIES = (*NAMES, *TITLES, *POINTS)


@pytest.fixture
def quills(root):
    return cup(root)


@pytest.fixture
def organiser(sign_in, root):
    return sign_in(make.user("organiser", root))


def news(cup):
    return shelf.noted(queries.note_of(cup.competition))


def seen(client, cup):
    page = client.get(f"/board/{cup.competition.code}").text
    stream = client.get(f"/board/{cup.competition.code}/news").text
    return page + stream


def test_a_board_that_opens_names_the_events_and_nobody(client, quills):
    services.set_up(quills.competition, OPERATOR)
    assert "Event 01" in seen(client, quills)
    assert not [word for word in CANARIES if word in seen(client, quills)]


def test_places_stand_there_only_as_the_jury_lets_them_out(client, quills):
    announced(quills)
    services.set_up(quills.competition, OPERATOR)
    services.let_out(quills.event, OPERATOR)
    assert "93.17" in seen(client, quills)
    assert "provisional" in seen(client, quills)
    assert not [title for title in TITLES if title in seen(client, quills)]
    services.take_in(quills.event, OPERATOR)
    assert "93.17" not in seen(client, quills)


def test_the_freeze_leaks_nothing(client, quills):
    announced(quills)
    services.let_out(quills.event, OPERATOR)
    services.freeze(quills.competition, OPERATOR)
    finished(quills)
    publishing.publish(quills.event, OPERATOR, AFTER)
    with pytest.raises(Conflict, match="frozen"):
        services.let_out(quills.event, OPERATOR)
    page, note = seen(client, quills), str(news(quills))
    assert not [word for word in CANARIES if word in page + note]


def test_the_ceremony_is_refused_from_what_is_not_final(quills, organiser):
    services.freeze(quills.competition, OPERATOR)
    with pytest.raises(Conflict) as refusal:
        services.reveal(quills.competition, 0, OPERATOR)
    assert "its result is not final" in str(refusal.value.problems[0])
    page = organiser.get(f"/competitions/{quills.competition.id}/ceremony")
    assert page.status_code == 409
    assert not [name for name in NAMES if name in page.text]
    sheet = organiser.get(f"/competitions/{quills.competition.id}/ceremony.csv")
    assert sheet.status_code == 409


def test_the_reveal_follows_the_sheet_line_by_line(client, organiser, quills):
    second = cup(quills.competition.host, code="02", competition=quills.competition)
    finished(quills)
    finished(second)
    listed = organiser.get(f"/competitions/{quills.competition.id}/ceremony.csv").text
    order = [line.split(",")[5] for line in listed.splitlines()[1:]]
    assert order == [f"{name} Aa" for name in ("Zyphoria", "Vexmoor", "Quixana") * 2]
    services.freeze(quills.competition, OPERATOR)
    for n, name in enumerate(order):
        services.reveal(quills.competition, n, OPERATOR)
        piece = news(quills)["html"]["en"]
        last = piece.partition('class="stage-name">')[2].partition("</h2>")[0]
        assert last == name
        ahead = set(order[n % 3 + 1 : 3])
        assert not [one for one in ahead if one in piece], "nobody before the own turn"
    with pytest.raises(Conflict, match="Everything is revealed"):
        services.reveal(quills.competition, len(order), OPERATOR)
    services.back(quills.competition, len(order), OPERATOR)
    assert "Vexmoor Aa</h2>" in news(quills)["html"]["en"]


def test_two_clicks_reveal_one_award(quills):
    finished(quills)
    services.freeze(quills.competition, OPERATOR)
    services.reveal(quills.competition, 0, OPERATOR)
    with pytest.raises(Conflict, match="faster"):
        services.reveal(quills.competition, 0, OPERATOR)


def test_an_award_that_changed_after_its_reveal_stops_the_ceremony(quills):
    finished(quills)
    services.freeze(quills.competition, OPERATOR)
    services.reveal(quills.competition, 0, OPERATOR)
    award = queries.awards.of(quills.competition)[-1]
    awards.revoke(award, "A wrong name.", OPERATOR, now())
    with pytest.raises(Conflict, match="has changed"):
        services.reveal(quills.competition, 1, OPERATOR)
    services.thaw(quills.competition, OPERATOR)
    services.freeze(quills.competition, OPERATOR)
    services.reveal(quills.competition, 0, OPERATOR)
    assert "Vexmoor Aa</h2>" in news(quills)["html"]["en"]


def test_a_withheld_name_is_not_shown_in_the_hall(quills):
    announced(quills)
    publishing.withhold(quills.entries[2], quills.people[2], OPERATOR, now())
    finished(quills)
    services.freeze(quills.competition, OPERATOR)
    services.reveal(quills.competition, 0, OPERATOR)
    assert "Name withheld" in news(quills)["html"]["en"]
    assert "Zyphoria" not in str(news(quills))


def test_a_name_that_is_withheld_leaves_the_board_that_shows_it(client, sign_in, quills):
    announced(quills, opens_at=now())
    finished(quills)
    services.let_out(quills.event, OPERATOR)
    assert "Quixana" in seen(client, quills)
    own = f"/standing/results/{quills.entries[0].id}"
    assert sign_in(quills.users[0]).post(f"{own}/name").status_code == 302
    assert "Quixana" not in seen(client, quills)
    assert "93.17" in seen(client, quills)
    services.freeze(quills.competition, OPERATOR)
    for step in range(2):
        services.reveal(quills.competition, step, OPERATOR)
    services.silence(quills.entries[1], quills.people[1], OPERATOR)
    assert "Vexmoor" not in seen(client, quills)


def test_no_place_is_shown_while_judges_see_codes(client, root):
    made = cup(root, competition=make.competition(root, blind=True, checking="off"))
    with pytest.raises(Conflict, match="Judges see codes only"):
        services.let_out(made.event, OPERATOR)
    assert not [word for word in (*NAMES, *POINTS) if word in seen(client, made)]


def test_winners_are_masked_where_every_name_is_hidden(client, organiser, quills):
    """The board stands open on the net, like the page of results."""
    announced(quills, names="masked")
    finished(quills)
    services.freeze(quills.competition, OPERATOR)
    services.reveal(quills.competition, 0, OPERATOR)
    assert "Zyphoria" not in str(news(quills))
    assert "Z" in news(quills)["html"]["en"].partition('class="stage-name">')[2][:3]
    sheet = organiser.get(f"/competitions/{quills.competition.id}/ceremony.csv").text
    assert "Zyphoria Aa" in sheet


def test_steered_from_the_remote_control(client, organiser, quills):
    finished(quills)
    remote = f"/competitions/{quills.competition.id}/board"
    assert "Open a board" in organiser.get(remote).text
    for sent in ({"verb": "open"}, {"verb": "freeze"}, {"verb": "reveal", "step": "0"}):
        assert organiser.post(remote, data=sent).status_code == 302
    assert "Zyphoria Aa" in seen(client, quills)
    assert "1 of 3 revealed" in organiser.get(remote).text
    assert organiser.post(remote, data={"verb": "reveal", "step": "0"}).status_code == 409
    assert organiser.post(remote, data={"verb": "sing"}).status_code == 404
    assert client.get("/board/none").status_code == 404
