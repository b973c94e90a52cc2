"""Long work: asked for once, done once, stopped and taken up, given up after so many vain attempts."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from skillhub.kernel import jobs, workers
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.jobs import Job, JobState, LostJob
from skillhub.kernel.messages import say

KIND = "test.count"
BROKEN_LOOK, BROKEN_END = 2, 4  # the rounds that fail


def ask(key=None, **work):
    return jobs.ask(KIND, work, "/", OPERATOR, now(), key)


def row(number):
    db.session.rollback()
    return db.session.get(Job, number)


def silent(number, seconds=None):
    """Let nothing have been heard of a job for so long."""
    past = jobs.SILENCE + timedelta(seconds=1) if seconds is None else timedelta(seconds=seconds)
    with transaction():
        db.session.execute(update(Job).where(Job.id == number).values(heard_at=now() - past))


def counting(items, made, before=lambda n: None):
    """A work that makes what is missing of so many items, and can be repeated."""

    def work(arguments, progress):
        for n in range(items):
            before(n)
            if n not in made:
                made.append(n)
            progress.report(n + 1, items)
        return say("%(n)s made.", n=len(made))

    return {KIND: work}


@pytest.fixture(autouse=True)
def _often(monkeypatch):
    monkeypatch.setattr(jobs, "OFTEN", 0)


def test_asked_for_twice_is_once_while_it_is_open(app):
    first = ask(of=1)
    assert ask(of=1) == first
    assert ask(of=2) != first
    workers.run_next(counting(1, []))
    assert ask(of=1) not in (first, None)


def test_one_key_is_one_job_at_any_time(app):
    first = ask("k", of=1)
    workers.run_next(counting(1, []))
    assert row(first).state is JobState.DONE
    assert ask("k", of=1) == first
    assert ask("other", of=1) != first


def test_done_with_its_history(app):
    number, made = ask(of=1), []
    assert workers.run_next(counting(3, made))
    job = row(number)
    assert (job.state, job.done, job.total, made) == (JobState.DONE, 3, 3, [0, 1, 2])
    assert job.message == {"text": "%(n)s made.", "values": {"n": 3}}
    assert job.asked_at <= job.began_at <= job.ended_at
    assert not workers.run_next(counting(3, made))


def test_of_two_who_claim_one_gets_it(app):
    ask(of=1)
    got = []

    def take():
        with app.app_context():
            got.append(jobs.claim(now()))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in got if one]) == 1


def test_one_that_was_thought_lost_writes_nothing_any_more(app):
    number = ask(of=1)
    _, former = jobs.claim(now())
    former.report(1, 3)
    assert jobs.claim(now()) is None
    silent(number)
    _, later = jobs.claim(now())
    for write in (lambda: former.report(2, 3), former.beat, lambda: former.end(JobState.DONE)):
        with pytest.raises(LostJob):
            write()
    later.report(2, 3)
    assert (row(number).state, row(number).done) == (JobState.RUNNING, 2)


@pytest.mark.parametrize(
    ("seconds", "lost"), [pytest.param(11, False, id="still"), pytest.param(13, True, id="lost")]
)
def test_how_long_a_worker_may_be_silent(app, seconds, lost):
    number = ask(of=1)
    jobs.claim(now())
    silent(number, seconds)
    assert (jobs.claim(now()) is not None) is lost


def test_a_step_that_takes_long_is_no_silence(app, monkeypatch):
    monkeypatch.setattr(workers, "BEAT", 0.05)
    heard = []

    def slow(arguments, progress):
        for _ in range(2):
            time.sleep(0.3)
            with app.app_context():
                heard.append(db.session.get(Job, progress.job_id).heard_at)

    ask(of=1)
    workers.run_next({KIND: slow})
    assert heard[0] < heard[1]


def test_a_work_that_hangs_is_given_up(app, monkeypatch):
    monkeypatch.setattr(workers, "BEAT", 0.02)
    monkeypatch.setattr(workers, "PATIENCE", 0.1)
    heard = []

    def hang(arguments, progress):
        for _ in range(3):
            time.sleep(0.3)
            with app.app_context():
                heard.append(db.session.get(Job, progress.job_id).heard_at)

    ask(of=1)
    workers.run_next({KIND: hang})
    assert heard[1] == heard[2]


def test_paused_after_the_item_in_hand_and_taken_up_where_it_was(app):
    number, made = ask(of=1), []

    def someone(n):
        if n == 2 and len(made) == 2:
            with app.app_context():
                jobs.pause(db.session.get(Job, number), OPERATOR)

    assert workers.run_next(counting(5, made, someone))
    assert (row(number).state, made) == (JobState.PAUSED, [0, 1, 2])
    assert not workers.run_next(counting(5, made))
    jobs.resume(row(number), OPERATOR)
    assert workers.run_next(counting(5, made))
    assert (row(number).state, made) == (JobState.DONE, [0, 1, 2, 3, 4])


@pytest.mark.parametrize("state", ["waiting", "running", "paused"])
def test_cancelled_keeps_what_is_done(app, state):
    number, made = ask(of=1), []

    def someone(n):
        if n == 1:
            with app.app_context():
                jobs.cancel(db.session.get(Job, number), OPERATOR, now())

    if state == "paused":
        jobs.pause(row(number), OPERATOR)
    if state != "running":
        jobs.cancel(row(number), OPERATOR, now())
    workers.run_next(counting(5, made, someone))
    assert row(number).state is JobState.CANCELLED
    assert made == ([0, 1] if state == "running" else [])
    assert row(number).ended_at


def test_a_wish_outlives_the_worker_that_should_have_heard_it(app):
    number = ask(of=1)
    jobs.claim(now())
    jobs.pause(row(number), OPERATOR)
    silent(number)
    assert jobs.claim(now()) is None
    assert row(number).state is JobState.PAUSED


def test_what_has_ended_is_neither_stopped_nor_taken_up(app):
    number = ask(of=1)
    workers.run_next(counting(1, []))
    for verb in (
        lambda job: jobs.pause(job, OPERATOR),
        lambda job: jobs.cancel(job, OPERATOR, now()),
        lambda job: jobs.resume(job, OPERATOR),
    ):
        with pytest.raises(Conflict):
            verb(row(number))
    assert row(number).state is JobState.DONE


def test_vain_attempts_end_it_and_those_that_got_further_do_not(app):
    vain, made = ask(of=1), []
    for _ in range(jobs.ATTEMPTS):
        assert jobs.claim(now())
        silent(vain)
    assert jobs.claim(now()) is None
    assert row(vain).state is JobState.FAILED
    assert row(vain).message["text"] == "The work broke off %(n)s times."

    good = ask(of=2)
    for n in range(3 * jobs.ATTEMPTS):
        _, progress = jobs.claim(now())
        progress.report(n + 1, 100)
        silent(good)
    jobs.resume(row(vain), OPERATOR)
    assert workers.run_next(counting(2, made))
    assert row(vain).state is JobState.DONE


def test_a_worker_that_goes_puts_its_job_back_into_the_line(app):
    number, made, leave = ask(of=1), [], threading.Event()
    workers.run_next(counting(5, made, lambda n: leave.set() if n == 2 else None), leave)
    assert (row(number).state, made) == (JobState.WAITING, [0, 1, 2])
    workers.run_next(counting(5, made))
    assert row(number).state is JobState.DONE


def test_a_mistake_of_ours_fails_the_job_and_the_worker_goes_on(app, caplog):
    stop, made = threading.Event(), []
    first, second = ask(of=1), ask(of=2)

    def work(arguments, progress):
        if arguments["work"]["of"] == 1:
            raise ZeroDivisionError
        return counting(2, made)[KIND](arguments, progress)

    [thread] = workers.start(app, {KIND: work}, stop, 1)
    until(lambda: row(second).state is JobState.DONE)
    stop.set()
    thread.join(5)
    assert row(first).state is JobState.FAILED
    assert made == [0, 1]


def test_a_worker_outlives_a_broken_connection(app, monkeypatch):
    """What goes wrong while a job is claimed, or when its context closes, leaves no job unclaimed for ever."""
    claim, fell = workers.claim, []

    def fall(moment):
        if len(fell) < 2:
            fell.append(moment)
            raise OSError("the database went away")
        return claim(moment)

    monkeypatch.setattr(workers, "claim", fall)
    number, stop = ask(of=1), threading.Event()
    [thread] = workers.start(app, counting(2, []), stop, 1)
    until(lambda: row(number).state is JobState.DONE)
    stop.set()
    thread.join(5)
    assert len(fell) == 2


def test_how_long_it_will_still_take(app):
    moment = now()
    job = Job(state=JobState.RUNNING, done=30, total=50, began_with=10, began_at=moment)
    assert jobs.left(job, moment + timedelta(seconds=40)) == timedelta(seconds=40)
    job.done = 10
    assert jobs.left(job, moment) is None


def until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_watch_goes_on_when_a_look_fails_and_when_its_end_does(app, monkeypatch):
    stop, given = threading.Event(), []

    def break_down(_):
        if len(given) == BROKEN_END:
            msg = "the connection was lost"
            raise OSError(msg)

    known = app.teardown_appcontext_funcs
    monkeypatch.setattr(app, "teardown_appcontext_funcs", [*known, break_down])

    def look(seen):
        given.append(seen)
        if len(given) == BROKEN_LOOK:
            msg = "nothing to be seen"
            raise OSError(msg)
        return len(given)

    thread = workers.watch(app, stop, "test", 0.01, look)
    until(lambda: len(given) >= BROKEN_END + 2)
    stop.set()
    thread.join(5)
    assert given[:4] == [-1, 1, 1, 3]
    assert given[4] == 3, "a round that was not brought to its end counts as not seen"
