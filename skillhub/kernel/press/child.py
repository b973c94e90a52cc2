"""The process that prints: reads jobs from a pipe, behind walls, until the pipe closes."""

from __future__ import annotations

import mimetypes
import os
import sys
from pathlib import Path

from skillhub.kernel.press import jail
from skillhub.kernel.press.wire import pack, read


def main() -> None:
    """Close the walls, warm the engine, and print until there is no more."""
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak into the answers
    mimetypes.init(files=[])
    jail.counters()
    fonts, cache = Path(sys.argv[1]), Path(sys.argv[2])
    network = jail.cut_network()
    house = Path(__file__).resolve().parents[2]
    files = jail.wall_in([fonts, cache, house, *jail.library_folders()])

    # The engine is loaded behind the walls; the press itself must not load it at all.
    from skillhub.kernel.press.work import Work  # noqa: PLC0415

    work = Work(fonts)
    answers.write(pack({"network": network, "files": files}))
    answers.flush()
    while message := read(jobs):
        words, tail = message
        answer, pdf = work.do(words, tail)
        answers.write(pack(answer, pdf))
        answers.flush()


if __name__ == "__main__":
    main()
