"""What the board shows: provisional places that are let out, the freeze, and the reveal."""

from __future__ import annotations

from functools import partial

from skillhub.board import queries, rules
from skillhub.board.models import Board
from skillhub.competitions.models import Competition, Event
from skillhub.entries.models import Entry
from skillhub.kernel import shelf
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, once_committed, transaction
from skillhub.kernel.drawing import drawn
from skillhub.kernel.errors import Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.kernel.web import LANGUAGES
from skillhub.panels import queries as panels
from skillhub.people.models import Person


@transaction()
def set_up(competition: Competition, actor: Actor) -> Board:
    """Open the board of a competition: it names the events, and nobody yet."""
    board = queries.board_of(competition)
    if board is None:
        board = Board(competition=competition, places=[], ceremony=[], frozen=False, step=0)
        db.session.add(board)
        act(actor, "board.set_up", board)
        _show(board)
    return board


@transaction()
def let_out(event: Event, actor: Actor) -> None:
    """Let the places of an event, as its marks stand now, onto the board; the jury's word, provisional."""
    board = set_up(event.competition, actor)
    if board.frozen:
        raise Conflict(say(N_("The board is frozen until the ceremony.")))
    if not panels.names_open(event):
        text = N_("Judges see codes only: no place is shown before the codes are opened.")
        raise Conflict(say(text))
    standing = queries.standing(event)
    if not standing["lines"]:
        raise Conflict(say(N_("Nobody has a place in event %(code)s yet."), code=event.code))

    others = [one for one in board.places if one["event"] != event.code]
    board.places = [standing, *others]
    act(actor, "board.let_out", board, note={"event": event.code})
    _show(board)


@transaction()
def take_in(event: Event, actor: Actor) -> None:
    """Take the places of an event off the board."""
    board = set_up(event.competition, actor)
    board.places = [one for one in board.places if one["event"] != event.code]
    act(actor, "board.take_in", board, note={"event": event.code})
    _show(board)


@transaction()
def silence(entry: Entry, person: Person, actor: Actor) -> None:
    """Take a name off the board whose person does not want to be named any more; the place stays."""
    board = queries.board_of(entry.event.competition)
    if board is None:
        return
    gone = (entry.id, entry.person_id == person.id, person.name)
    places = [{**one, "lines": rules.without(one["lines"], *gone)} for one in board.places]
    ceremony = rules.without(board.ceremony, *gone)
    if (places, ceremony) != (board.places, board.ceremony):
        board.places, board.ceremony = places, ceremony
        act(actor, "board.silence", board)
        _show(board)


@transaction()
def freeze(competition: Competition, actor: Actor) -> None:
    """Hide every place and let none out until the ceremony."""
    board = set_up(competition, actor)
    board.frozen, board.places = True, []
    act(actor, "board.freeze", board)
    _show(board)


@transaction()
def thaw(competition: Competition, actor: Actor) -> None:
    """End the freeze; a ceremony that had begun begins anew."""
    board = set_up(competition, actor)
    board.step, board.ceremony = 0, []
    board.frozen = False
    act(actor, "board.thaw", board)
    _show(board)


@transaction()
def reveal(competition: Competition, step: int, actor: Actor) -> None:
    """Reveal the award after so many; what was revealed before must still stand."""
    board = _at(competition, step, actor)
    if not board.frozen:
        raise Conflict(say(N_("Freeze the board first, then reveal.")))
    now = queries.ceremony(competition)
    if not rules.goes_on(board.ceremony[: board.step], now):
        text = N_("An award that was revealed has changed. Begin the ceremony anew.")
        raise Conflict(say(text))
    if board.step >= len(now):
        raise Conflict(say(N_("Everything is revealed.")))

    board.ceremony, board.step = now, board.step + 1
    act(actor, "board.reveal", board, note={"step": board.step})
    _show(board)


@transaction()
def back(competition: Competition, step: int, actor: Actor) -> None:
    """Take the last of so many reveals back."""
    board = _at(competition, step, actor)
    if not board.step:
        raise Conflict(say(N_("Nothing is revealed.")))

    board.step -= 1
    act(actor, "board.back", board, note={"step": board.step})
    _show(board)


@transaction()
def set_right() -> None:
    """Write what every board shows as its row says, after a restored backup; changes no row."""
    for board in queries.boards():
        _show(board)


def _at(competition: Competition, step: int, actor: Actor) -> Board:
    """Give the board if it still is where the operator saw it: two clicks, or two operators, reveal one award."""
    board = set_up(competition, actor)
    if board.step != step:
        raise Conflict(say(N_("Somebody was faster. Look at the board, then go on.")))
    return board


def _show(board: Board) -> None:
    """Write, once it is stored, what the board shows: drawn once a language, for every open page."""
    db.session.flush()
    competition = board.competition
    names = queries.names_of_winners(competition)
    steps = [rules.public(step, names) for step in board.ceremony]
    shown = rules.shown(board.places, steps, board.frozen, board.step)
    events = [{"name": e.name, "name_en": e.name_en} for e in queries.held(competition)]
    named = {"name": competition.name, "name_en": competition.name_en}
    pieces = {
        language: drawn(
            "board/_stage.html", language, "/", shown=shown, events=events, competition=named
        ).decode()
        for language in LANGUAGES
    }
    note = {"seq": board.version, "mode": shown["mode"], "html": pieces, **named}
    once_committed(partial(shelf.note, queries.note_of(competition), note))
