"""From a grid to a table of typed rows, with every problem, notice and question at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.quiet import quiet
from skillhub.kernel.sheets.body import Line, body_of
from skillhub.kernel.sheets.cells import Context, Converted, Remark, convert, shown
from skillhub.kernel.sheets.columns import Column, Header, Matching, signature
from skillhub.kernel.sheets.grid import Answers, Choice, Grid, Question, Sheet, letter
from skillhub.kernel.sheets.headers import Found, find
from skillhub.kernel.sheets.limits import LIMITS, Limits
from skillhub.kernel.sheets.numbers import Refusal
from skillhub.kernel.sheets.reading import read


@dataclass(slots=True)
class Row:
    """One row as read: its number as the spreadsheet shows it, and a value for each column found."""

    number: int
    cells: dict[str, Any]


@dataclass(slots=True)
class Table:
    """A whole sheet as read. It may be used when `ok`; until then it says everything that is wrong.

    A problem's `where` is the cell as spreadsheets name it ("E12"), or "" for the whole file.
    """

    headers: tuple[Header, ...] = ()
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    matching: Matching | None = None
    sheet: str = ""
    by_row: dict[int, list[Problem]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Say whether nothing is wrong and nothing open."""
        return not self.problems and not self.questions

    @property
    def signature(self) -> str:
        """Name the layout, to remember its mapping."""
        return signature(self.headers)


def load(
    content: bytes,
    filename: str,
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    limits: Limits = LIMITS,
) -> Table:
    """Read a file into a table in one go; a file that is refused is a table with that problem."""
    try:
        grid = read(content, filename, answers, limits)
    except BadInput as refused:
        return Table(problems=[Problem("", refused.message)])
    return table(grid, columns, mapping, answers)


def table(
    grid: Grid,
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None = None,
    answers: Answers | None = None,
) -> Table:
    """Read a grid by a table of columns.

    `mapping`: our name to a header's text, column letter or number. `answers`: the answers to
    questions asked before, by key: charset, separator, sheet, header_row, decimal, decimal:<name>,
    dates, dates:<name>. Every problem is in the result; nothing is raised.
    """
    answers = answers or {}
    result = Table(notices=list(grid.notices), questions=list(grid.questions))
    if not grid.sheets:
        if not result.questions:
            result.problems.append(_nothing())
        return result
    chosen = _sheet(grid, columns, mapping, answers, result)
    if chosen is not None:
        sheet, found = chosen
        with quiet():
            _fill(result, sheet, found, columns, Context(grid.separator, grid.epoch_1904, answers))
    return result


def _nothing() -> Problem:
    return Problem("", say(N_("There are no rows below the header in this file.")))


def _sheet(
    grid: Grid,
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None,
    answers: Answers,
    result: Table,
) -> tuple[Sheet, Found] | None:
    """Choose the sheet that has the columns; ask when several have them."""
    wanted = answers.get("sheet")
    sheets = [s for s in grid.sheets if s.rows and (not wanted or s.name == wanted)]
    finds = [(s, find(s, columns, mapping, answers.get("header_row"))) for s in sheets]
    full = [pair for pair in finds if not pair[1].matching.problems and pair[1].weight]
    fits = full or [pair for pair in finds if pair[1].weight] or finds
    if not fits:
        result.problems.append(_nothing())
        return None
    if len(fits) > 1:
        result.questions.append(_ask_sheet(fits))
        return None
    left_out = [s.name for s in sheets if s is not fits[0][0]]
    if left_out:
        text = say(
            N_("The sheet “%(name)s” was read; left out: %(others)s."),
            name=fits[0][0].name,
            others=", ".join(left_out),
        )
        result.notices.append(Problem("", text, "notice"))
    return fits[0]


def _ask_sheet(fits: Sequence[tuple[Sheet, Found]]) -> Question:
    choices = tuple(
        Choice(s.name, ", ".join(h.text for h in f.matching.headers if h.text)[:200])
        for s, f in fits
    )
    return Question("sheet", say(N_("Several sheets could be meant. Which one?")), choices)


def _fill(
    result: Table, sheet: Sheet, found: Found, columns: Sequence[Column], context: Context
) -> None:
    """Read the body column by column, then stand the values up as rows."""
    matching = found.matching
    result.matching, result.headers, result.sheet = matching, matching.headers, sheet.name
    result.problems += matching.problems
    result.notices += _hidden(sheet, found.body)
    present = [c for c in columns if c.name in matching.columns]
    required = [matching.columns[c.name] for c in present if c.required]
    lines, notices = body_of(sheet, found.body, required, list(matching.columns.values()))
    result.notices += notices
    if not lines:
        result.problems.append(_nothing())
    read_columns = [_column(result, c, matching.columns[c.name], lines, context) for c in present]
    names = [c.name for c in present]
    result.rows = [
        Row(line.number, dict(zip(names, values, strict=True)))
        for line, values in zip(lines, zip(*read_columns, strict=True), strict=False)
    ]


def _column(
    result: Table, column: Column, index: int, lines: Sequence[Line], context: Context
) -> list[Any]:
    raw = [line.cells[index] if index < len(line.cells) else "" for line in lines]
    converted = convert(column, raw, context)
    if converted.question:
        result.questions.append(converted.question)
        return [None] * len(raw)
    if converted.odd:
        _explain(result, column, index, lines, raw, converted)
    if column.required and None in converted.values:
        for line, cell, value in zip(lines, raw, converted.values, strict=True):
            if value is None and str(cell or "").strip() in ("", *column.empties):
                _add(result, line.number, index, _empty(line.number, column))
    return converted.values


def _explain(
    result: Table,
    column: Column,
    index: int,
    lines: Sequence[Line],
    raw: Sequence[Any],
    converted: Converted,
) -> None:
    """Replace refusals by None and remarks by their value; say each refusal, sum up the remarks."""
    remarks: dict[str, tuple[Message, list[int]]] = {}
    for i, value in enumerate(converted.values):
        if type(value) is Refusal:
            text = _refused(lines[i].number, column, raw[i], value)
            _add(result, lines[i].number, index, text)
            converted.values[i] = ""
        elif type(value) is Remark:
            _, rows = remarks.setdefault(str(value.message), (value.message, []))
            rows.append(lines[i].number)
            converted.values[i] = value.value
    result.notices += [_summed(column, index, text, rows) for text, rows in remarks.values()]


def _add(result: Table, row: int, index: int, text: Message) -> None:
    problem = Problem(f"{letter(index)}{row}", text)
    result.problems.append(problem)
    result.by_row.setdefault(row, []).append(problem)


def _refused(row: int, column: Column, raw: Any, why: Refusal) -> Message:
    return say(
        N_("Row %(row)s, %(label)s: “%(value)s” is %(why)s."),
        row=row,
        label=say(column.label),
        value=shown(raw)[:80],
        why=why.message,
    )


def _empty(row: int, column: Column) -> Message:
    return say(
        N_("Row %(row)s, %(label)s: the cell is empty. Fill it in."),
        row=row,
        label=say(column.label),
    )


def _summed(column: Column, index: int, text: Message, rows: Sequence[int]) -> Problem:
    sentence = say(
        N_("%(label)s: %(what)s (%(count)s times, first in row %(row)s)."),
        label=say(column.label),
        what=text,
        count=len(rows),
        row=rows[0],
    )
    return Problem(f"{letter(index)}{rows[0]}", sentence, "notice")


def _hidden(sheet: Sheet, body: int) -> list[Problem]:
    rows = [str(row) for row in sheet.hidden_rows if row > body]
    columns = [letter(index) for index in sheet.hidden_columns]
    notices = []
    if rows:
        text = say(N_("Hidden rows were read too: %(rows)s."), rows=", ".join(rows[:20]))
        notices.append(Problem("", text, "notice"))
    if columns:
        text = say(N_("Hidden columns were read too: %(names)s."), names=", ".join(columns[:20]))
        notices.append(Problem("", text, "notice"))
    return notices
