"""News for open pages: server-sent events that cost no thread, however many pages are open.

A listener's connection is taken over from the server and handed to one thread of the process, the tail, which looks at
the notes that somebody listens to and writes to all listeners when one was written anew. Where a connection cannot be
taken over, the page gets what stands now and asks again after a moment by itself, as such events do.
"""

from __future__ import annotations

import os
import resource
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from skillhub.kernel import shelf
from skillhub.kernel.public import language_of
from skillhub.kernel.settings import Settings
from skillhub.kernel.web import guard_files

LOOK = 0.25  # seconds between two looks at the notes
BEAT = 15.0  # seconds of silence that a proxy takes for the end
PULSE = b"event: beat\ndata: -\n\n"  # an event of its own: a page does not see a comment
AGAIN = 3000  # milliseconds after which a page asks again by itself
MOST = 2000  # connections of one process
FILES = 20_000  # that a process asks to hold open
SHARE = 3  # of its files: a third for news, a third for readers, the rest for itself
HEARS, SPEAKS = 10, 60  # seconds without a byte
ENDLESS = str(2**53)

NoteOf = Callable[[str], Path | None]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def event(note: dict[str, Any] | None, language: str) -> bytes:
    """Write what stands in a note as one event: its number, and the piece of the page in a language."""
    if note is None:
        return b": nothing yet\n\n"
    lines = str(note["html"][language]).splitlines()
    data = "\n".join(f"data: {line}" for line in lines)
    return f"id: {note['seq']}\n{data}\n\n".encode()


def make_room() -> None:
    """Let this process hold as many files open as it is allowed to; many systems begin with a thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def room(most: int = MOST) -> int:
    """Say how many connections of a kind this process may hold, so that strangers never use up its files."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return most if files == resource.RLIM_INFINITY else min(most, files // SHARE)


def lose_patience(listener: Any, hears: int = HEARS, speaks: int = SPEAKS) -> None:
    """End waiting for a reader who says no more, or takes no more: a phone without a network must not keep a thread.

    The clock of the system is used, which whoever is accepted takes over from the listener; it begins anew with
    every byte, so that a slow reader is no lost one.
    """
    for option, seconds in ((socket.SO_RCVTIMEO, hears), (socket.SO_SNDTIMEO, speaks)):
        listener.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))


class Tail:
    """One thread that watches notes and tells everybody who listens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[socket.socket, tuple[Path, str]] = {}
        self._thread: threading.Thread | None = None
        self._seen: dict[Path, object] = {}

    def __len__(self) -> int:
        """Tell how many listen."""
        return len(self._listeners)

    def listen(self, line: socket.socket, path: Path, language: str, seen: object) -> None:
        """Take a connection over; `seen` is the state of the note that it was given already."""
        line.settimeout(0)
        with self._lock:
            self._listeners[line] = (path, language)
            self._seen.setdefault(path, seen)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="tail", daemon=True)
                self._thread.start()
        if shelf.stamp(path) != seen:  # written anew while the connection was handed over
            note = shelf.noted(path)
            self._send([line], lambda _: event(note, language))

    def _run(self) -> None:
        beat = time.monotonic()
        while True:
            time.sleep(LOOK)
            with self._lock:
                watched = {path for path, _ in self._listeners.values()}
            for path in watched:
                stamp = shelf.stamp(path)
                if stamp != self._seen.get(path):
                    self._seen[path] = stamp
                    self._tell(path)
            if time.monotonic() - beat > BEAT:
                beat = time.monotonic()
                self._send(list(self._listeners), lambda line: PULSE)

    def _tell(self, path: Path) -> None:
        note = shelf.noted(path)
        listening = dict(self._listeners)
        said = {language: event(note, language) for _, language in set(listening.values())}
        own = [line for line, (where, _) in listening.items() if where == path]
        self._send(own, lambda line: said[listening[line][1]])

    def _send(self, lines: list[socket.socket], what: Callable[[socket.socket], bytes]) -> None:
        """Write to connections; one that is gone or does not keep up is closed, and its page asks again."""
        for line in lines:
            content = what(line)
            try:
                whole = line.send(content) == len(content)
            except OSError:
                whole = False
            if not whole:
                with self._lock:
                    self._listeners.pop(line, None)
                line.close()


class Streams:
    """Answers /<feature>/<name>/news; everything else is the application's."""

    def __init__(self, app: Wsgi, settings: Settings, notes: dict[str, NoteOf]) -> None:
        self.app, self.notes, self.tail = app, notes, Tail()
        guarded: dict[str, str] = {}
        guard_files(settings)(guarded, "", "")
        self.headers = [
            ("Content-Type", "text/event-stream; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("X-Accel-Buffering", "no"),
            *guarded.items(),
        ]

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Begin to tell the news, or pass on."""
        parts = environ["PATH_INFO"].strip("/").split("/")
        if len(parts) != 3 or parts[2] != "news" or parts[0] not in self.notes:
            return self.app(environ, start)
        name = parts[1].encode("latin-1").decode(errors="replace")
        path = self.notes[parts[0]](name)
        seen = shelf.stamp(path) if path else None
        if path is None or seen is None:
            return self.app(environ, start)
        language = language_of(environ)
        first = f"retry: {AGAIN}\n".encode() + event(shelf.noted(path), language)
        line = environ.get("gunicorn.socket")
        full = len(self.tail) >= room() or environ["REQUEST_METHOD"] != "GET"
        if full or not isinstance(line, socket.socket) or isinstance(line, ssl.SSLSocket):
            start("200 OK", [*self.headers, ("Content-Length", str(len(first)))])
            return [first]
        start("200 OK", [*self.headers, ("Content-Length", ENDLESS)])
        return _Handed(first, partial(self._hand, line, path, language, seen))

    def _hand(self, line: socket.socket, path: Path, language: str, seen: object) -> None:
        self.tail.listen(_taken(line), path, language, seen)


class _Handed:
    """What the server still writes itself; then the connection goes to the tail."""

    def __init__(self, first: bytes, hand: Callable[[], None]) -> None:
        self._first, self._hand = first, hand

    def __iter__(self) -> Iterator[bytes]:
        yield self._first

    def close(self) -> None:
        """Hand the connection over."""
        self._hand()


def _taken(line: socket.socket) -> socket.socket:
    """Take a connection away from the server, which keeps one that has ended in its place."""
    mine = line.dup()
    ended, other = socket.socketpair()
    os.dup2(ended.fileno(), line.fileno())
    ended.close()
    other.close()
    return mine
