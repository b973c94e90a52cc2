"""Commands that run SkillHub: serve its pages, and start from nothing with the sample year."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from skillhub.batches import works as batches
from skillhub.blanks import works as blanks
from skillhub.certificates import works as certificates
from skillhub.cli import sample
from skillhub.cli.doors import in_app, opened
from skillhub.kernel import workers
from skillhub.kernel.clock import now
from skillhub.kernel.mail import send_due
from skillhub.kernel.settings import Settings, read_settings
from skillhub.kernel.streams import lose_patience, make_room, room
from skillhub.life import works as clock
from skillhub.publishing.works import start_watch
from skillhub.register.works import start_sealing
from skillhub.table.works import start_tidying

WORKS: workers.Works = {**certificates.WORKS, **batches.WORKS, **blanks.WORKS}
HERE, APART = "here", "apart"
STOP = threading.Event()
MAIL_EVERY = 5.0  # seconds
READERS = 1000  # connections that wait for their turn, or for their next question


class Server(BaseApplication):
    """The web server: one process, so that limits and jobs are counted in one place; many threads."""

    def __init__(self, settings: Settings, host: str, threads: int) -> None:
        self.settings, self.host, self.threads = settings, host, threads
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what it needs to know."""
        for name, value in {
            "bind": f"{self.host}:{self.settings.port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": self.threads,
            "worker_connections": room(READERS),
            "timeout": 120,
            "graceful_timeout": 20,
            "control_socket_disable": True,
            "loglevel": "warning",
            "post_worker_init": _begin,
            "worker_int": lambda worker: STOP.set(),  # gunicorn counts what a hook accepts
            "worker_exit": lambda server, worker: STOP.set(),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the app in the worker."""
        return opened()


def _begin(worker: Any) -> None:
    _keep_log()
    for listener in worker.sockets:
        lose_patience(listener)
    app = worker.app.wsgi()
    if worker.app.settings.jobs == HERE:
        _labour(app, worker.app.settings.job_threads)


def _labour(app: Flask, threads: int) -> list[threading.Thread]:
    """Begin what goes on beside the pages: the long works, and what the clock says."""
    begun = workers.start(app, WORKS, STOP, threads)
    start_watch(app, STOP)
    start_tidying(app, STOP)
    start_sealing(app, STOP)
    clock.start_watch(app, STOP)
    if app.extensions["skillhub.settings"].mail:
        workers.watch(app, STOP, "mail", MAIL_EVERY, lambda _: send_due(now()))
    return begun


def _keep_log() -> None:
    """Write to standard error what SkillHub itself tells, such as that a paper was verified; of libraries, warnings."""
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("skillhub").setLevel(logging.INFO)


def _leave(*_: Any) -> None:
    """Put the job in hand back into the line: whoever comes next goes on at once."""
    STOP.set()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--threads", default=8, show_default=True)
def serve(host: str, threads: int) -> None:
    """Serve the pages."""
    settings = read_settings()
    make_room()
    click.echo(f"SkillHub is at http://{host}:{settings.port}/  (Ctrl+C stops it)")
    Server(settings, host, threads).run()


@click.command()
@click.pass_context
def start(context: click.Context) -> None:
    """Load the sample year once, do the main job on it, then serve."""
    read_settings(demo=True)
    in_app(sample.load_once)()
    context.invoke(serve)


@click.command()
@click.option("--threads", default=None, type=int, help="How many jobs at once.")
def work(threads: int | None) -> None:
    """Do the long works and what the clock says in a process of its own (setting jobs = "apart")."""
    settings = read_settings()
    if settings.jobs != APART:
        text = (
            'The setting jobs is "%s": the web process does them itself. Set it to "apart" first.'
        )
        raise click.ClickException(text % settings.jobs)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, _leave)
    _keep_log()
    begun = _labour(opened(), threads or settings.job_threads)
    click.echo("SkillHub works on what is asked for  (Ctrl+C stops it)")
    for thread in begun:
        thread.join()


COMMANDS = (serve, start, work)
