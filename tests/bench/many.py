"""Ten thousand signed papers in one job, in a process that holds nothing else: run by test_press."""

import io
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import psutil
from cryptography.hazmat.primitives.asymmetric import ec

from skillhub.certificates.queries import FOLDER
from skillhub.kernel import prints
from skillhub.kernel.paper import complete, load_template
from skillhub.kernel.pdf import Press
from skillhub.kernel.press.kept import Plans
from tests.kernel.signing.authority import Authority, signer

MEBIBYTE = 1024 * 1024
GROUP = 50


def facts_of(template, n):
    signs = "".join(chr(0x4E00 + (n * step) % 7000) for step in (1, 37))
    own = {"holder_name": f"王{signs}", "number": f"NS-2026-CNC-{n:05d}-K"}
    own["verify_url"] = f"https://skills.example.org/v/7q4mx2td9kpahc6w{n:011d}"
    return complete(template.about, template.about.example | own)


def held():
    """Give what this process and its engine hold, in MiB."""
    own = psutil.Process()
    return [
        own.memory_info().rss / MEBIBYTE,
        *(c.memory_info().rss / MEBIBYTE for c in own.children()),
    ]


def engines():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def stamped(template, many, folder):
    """Stamp so many; gives seconds of this process and of the engine, memory on the way, and the papers."""
    key = ec.generate_private_key(ec.SECP256R1())
    memory, engine, papers, kept = [], [], [], folder / "papers"
    with Press(
        signer=signer(key, Authority().certify(key, "Bench")), plans=Plans(folder / "plans")
    ) as press:
        before = time.process_time()
        with kept.open("wb") as file:
            for n in range(many):
                block, tail = press.stamped(template, facts_of(template, n))
                papers.append((block, file.tell(), len(tail)))
                file.write(tail)
                if n % 1000 == 999:
                    own, *others = held()
                    memory.append(own)
                    engine.append(sum(others))
        seconds = time.process_time() - before
    return seconds, engines(), memory, engine, papers


def joined(papers, folder):
    """Join them in groups, and the groups."""
    before, parts = time.process_time(), []
    with (folder / "papers").open("rb") as file:
        for start in range(0, len(papers), GROUP):
            files = (
                io.BytesIO(block + (file.seek(at), file.read(long))[1])
                for block, at, long in papers[start : start + GROUP]
            )
            parts.append(folder / f"{start}.pdf")
            prints.join(files, parts[-1])
    prints.join(parts, folder / "all.pdf")
    return time.process_time() - before, (folder / "all.pdf").stat().st_size


def main():
    template, many = load_template(FOLDER / "award"), int(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds, engine, memory, others, papers = stamped(template, many, folder)
        join_seconds, size = joined(papers, folder)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "engine": engine,
                "memory": memory,
                "engine_memory": others,
                "blocks": len({block for block, *_ in papers}),
                "tail": sum(long for *_, long in papers) / len(papers),
                "join": join_seconds,
                "page": size / len(papers),
                "end": held()[0],
            }
        )
    )


if __name__ == "__main__":
    main()
