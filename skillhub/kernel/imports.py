"""A sheet on its way in: upload, match columns, answer questions, preview, apply all or nothing.

A feature says what it imports with an `Importer`; its views are `receive` and `resume` + `carry_on`, and its templates
extend kernel/import_sheet.html and kernel/import_preview.html (see there).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotFound
from skillhub.kernel.import_state import Importer, State, token_of
from skillhub.kernel.mending import noted, without_bad
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.sheets import Change, Preview, PreviewRow, Table, load
from skillhub.kernel.uploads import ColumnMap, Upload, digest

KEPT = timedelta(days=1)  # how long a file waits for its preview to be applied
PASTED = "pasted.txt"

__all__ = [
    "PASTED",
    "Importer",
    "State",
    "answer",
    "apply",
    "apply_good",
    "carry_on",
    "discard",
    "receive",
    "resume",
]


@transaction()
def receive(
    importer: Importer, filename: str, content: bytes, actor: Actor, moment: datetime
) -> Upload:
    """Keep a file until its preview is applied; text that was pasted comes as PASTED. Old ones go."""
    if not content.strip():
        raise BadInput(say(N_("Choose a file, or paste cells.")))
    old = delete(Upload).where(Upload.applied_at.is_(None), Upload.at < moment - KEPT)
    db.session.execute(old)
    upload = Upload(
        kind=importer.kind,
        subject_id=importer.subject_id,
        filename=filename,
        sha256=digest(content),
        content=content,
        answers={},
        user_id=actor.user_id,
        at=moment,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def resume(importer: Importer, upload_id: int, actor: Actor) -> State:
    """Take up a file where it is; raises NotFound for anybody else's, and for another kind or subject."""
    upload = db.session.get(Upload, upload_id)
    wanted = (importer.kind, importer.subject_id, actor.user_id)
    if upload is None or (upload.kind, upload.subject_id, upload.user_id) != wanted:
        raise NotFound()
    if upload.applied_at is not None:
        return State(upload, importer)
    table = _read(importer, upload)
    unmatched = table.matching is None or table.matching.problems
    open_points = table.questions or unmatched or not table.rows
    return State(upload, importer, table, None if open_points else _compare(importer, table))


def carry_on(state: State, form: Mapping[str, str], moment: datetime) -> Message | None:
    """Do what the posted preview page asks; a Message says that it is applied, or dropped, and what was done."""
    step = form.get("step", "answer")
    if step == "apply":
        return apply(state, form.get("token", ""), moment)
    if step == "apply_good":
        return apply_good(state, form.get("token", ""), moment)
    if step == "discard":
        return discard(state)
    answer(state, form)
    return None


@transaction()
def answer(state: State, form: Mapping[str, str]) -> None:
    """Keep what was answered: "map:<column>" is the letter of its column, "answer:<key>" answers a question.

    Columns that a person matched are known from then on, so that the mended file need not be matched again.
    """
    known = dict(state.upload.answers)
    for prefix, drawer in (("map:", "mapping"), ("answer:", "answers")):
        given = {k.removeprefix(prefix): v for k, v in form.items() if k.startswith(prefix)}
        if given:
            known[drawer] = {**known.get(drawer, {}), **given}
    state.upload.answers = known
    table = _read(state.importer, state.upload)
    if "mapping" in known and table.matching and not table.matching.problems:
        _remember(state.importer, table)


@transaction()
def apply(state: State, token: str, moment: datetime) -> Message:
    """Write what the preview showed, all of it or nothing.

    Raises Conflict when what is stored changed since the page with this token was shown.
    """
    if state.upload.applied_at is not None:
        return say(N_("This file is applied already."))
    preview = _as_shown(state, token)
    if not preview.ok:
        raise BadInput(say(N_("Nothing was written. Mend the file and send it again.")))

    counts = _write(state, preview, moment)
    text = N_("Done: %(new)s new, %(changed)s changed, %(same)s the same as before.")
    return say(text, new=counts["new"], changed=counts["changed"], same=counts["same"])


@transaction()
def apply_good(state: State, token: str, moment: datetime) -> Message:
    """Write the good rows of what the preview showed, and keep which were left out, to be given back for mending.

    Raises Conflict as `apply` does, and BadInput where something stands against the whole file.
    """
    if state.upload.applied_at is not None:
        return say(N_("This file is applied already."))
    shown = _as_shown(state, token)
    if shown.problems or not state.importer.partial:
        raise BadInput(say(N_("Nothing was written. Mend the file and send it again.")))
    preview, bad = without_bad(state.importer, state.table, shown)
    if preview.problems:
        raise BadInput(preview.problems[0].message, preview.problems)

    heads = [[h.index, h.text] for h in state.table.headers]
    kept = {"left": noted(bad), "heads": heads, "sheet": state.table.sheet}
    state.upload.answers = {**state.upload.answers, **kept}
    counts = _write(state, preview, moment, {"left": len(bad)})
    text = N_(
        "Done: %(new)s new, %(changed)s changed, %(same)s the same as before. %(left)s rows are left to mend."
    )
    names = ("new", "changed", "same")
    return say(text, left=len(bad), **{name: counts[name] for name in names})


@transaction()
def discard(state: State) -> Message:
    """Drop a file that is not to be applied."""
    if state.upload.applied_at is None:
        db.session.delete(state.upload)
    return say(N_("The file was dropped. Nothing was written."))


def _as_shown(state: State, token: str) -> Preview:
    """Compare once more, and refuse where that is not what the page with this token showed."""
    preview = _compare(state.importer, state.table)
    if token_of(preview) != token:
        raise Conflict(
            say(N_("What is stored changed since this preview. Go back and look at it again."))
        )
    return preview


def _write(
    state: State, preview: Preview, moment: datetime, more: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Let the feature write, and close the upload; gives the rows counted by what they did."""
    upload, importer = state.upload, state.importer
    counts = {change.value: n for change, n in preview.counts.items()}
    if counts["new"] or counts["changed"]:
        note = {"file": upload.filename, "sha256": upload.sha256, **counts, **(more or {})}
        importer.write(preview, note)
    upload.applied_at = moment
    if not importer.keeps_file:
        upload.content = b""
    _remember(importer, state.table)
    return counts


def _read(importer: Importer, upload: Upload) -> Table:
    """Read the file with the answers given, or with the matching remembered for such headers."""
    answers = upload.answers.get("answers", {})
    mapping = upload.answers.get("mapping")
    table = load(upload.content, upload.filename, importer.columns, mapping, answers)
    if mapping is None and table.headers:
        known = _remembered(importer.kind, table.signature)
        if known:
            again = load(upload.content, upload.filename, importer.columns, known.mapping, answers)
            return table if again.matching is None or again.matching.problems else again
    return table


def _remembered(kind: str, signature: str) -> ColumnMap | None:
    return db.session.scalars(
        select(ColumnMap).where(ColumnMap.kind == kind, ColumnMap.signature == signature)
    ).first()


def _remember(importer: Importer, table: Table) -> None:
    """Keep how the columns were matched, for the next file with these headers."""
    if table.matching is None:
        return
    chosen = {**dict.fromkeys((c.name for c in importer.columns), ""), **table.matching.chosen()}
    known = _remembered(importer.kind, table.signature)
    if known is None:
        known = ColumnMap(kind=importer.kind, signature=table.signature)
        db.session.add(known)
    known.mapping = chosen


def _compare(importer: Importer, table: Table) -> Preview:
    """Let the feature compare, and add what reading found."""
    compared = importer.compare(table)
    rows = [
        PreviewRow(
            row.number,
            Change.PROBLEM,
            row.cells,
            row.before,
            (*table.by_row[row.number], *row.problems),
        )
        if row.number in table.by_row
        else row
        for row in compared.rows
    ]
    in_rows = {id(p) for problems in table.by_row.values() for p in problems}
    of_file = [p for p in table.problems if id(p) not in in_rows]
    return Preview(rows, of_file + compared.problems, table.notices + compared.notices)
