"""Commands that run SkillHub: serve its pages, and start from nothing with the sample year."""

from __future__ import annotations

import threading
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from skillhub.blanks import works as blanks
from skillhub.certificates import works as certificates
from skillhub.cli import sample
from skillhub.cli.doors import in_app, opened
from skillhub.kernel.jobs import start_worker
from skillhub.kernel.settings import Settings, read_settings
from skillhub.kernel.streams import lose_patience, make_room, room
from skillhub.life import works as clock
from skillhub.publishing.works import start_watch
from skillhub.table.works import start_tidying

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
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the app in the worker."""
        return opened()


def _begin(worker: Any) -> None:
    for listener in worker.sockets:
        lose_patience(listener)
    start_worker(worker.app.wsgi(), certificates.WORKS | blanks.WORKS, threading.Event())
    start_watch(worker.app.wsgi(), threading.Event())
    start_tidying(worker.app.wsgi(), threading.Event())
    clock.start_watch(worker.app.wsgi(), threading.Event())


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
    in_app(sample.load_once)()
    context.invoke(serve)


COMMANDS = (serve, start)
