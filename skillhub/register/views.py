"""What everybody may have of the register: its checkpoints, its keys, and the program that checks a copy."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from skillhub.kernel import keys
from skillhub.kernel.access import PUBLIC, allow
from skillhub.kernel.errors import NotFound
from skillhub.kernel.settings import ROOT, settings
from skillhub.register import queries

bp = Blueprint("register", __name__)

COMMAND = "python verify_register.py register.txt checkpoint.txt key.txt"
PROGRAM = ROOT / "skillhub" / "kernel" / "verify_register.py"


@bp.get("/register")
@allow(PUBLIC)
def index() -> ResponseReturnValue:
    return render_template(
        "register/index.html",
        checkpoints=queries.latest(),
        keys=list(zip(keys.published(), queries.written_keys(), strict=True)),
        zone=settings.zone,
        command=COMMAND,
    )


@bp.get("/register/checkpoints/<int:size>.txt")
@allow(PUBLIC)
def checkpoint(size: int) -> ResponseReturnValue:
    found = queries.of_size(size)
    if found is None:
        raise NotFound
    return _plain(found.note, f"checkpoint-{size}.txt")


@bp.get("/register/keys.txt")
@allow(PUBLIC)
def written_keys() -> ResponseReturnValue:
    return _plain("".join(f"{line}\n" for line in queries.written_keys()), "register-keys.txt")


@bp.get("/register/verify_register.py")
@allow(PUBLIC)
def program() -> ResponseReturnValue:
    return _plain(PROGRAM.read_text(encoding="utf-8"), "verify_register.py")


def _plain(text: str, name: str) -> Response:
    answer = Response(text, mimetype="text/plain")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
