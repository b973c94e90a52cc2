"""Spreadsheets: a file becomes a table of typed rows with every problem at once, and back."""

from skillhub.kernel.sheets.cells import shown
from skillhub.kernel.sheets.columns import (
    Code,
    Column,
    Header,
    Matching,
    match_code,
    propose,
    signature,
)
from skillhub.kernel.sheets.grid import Answers, Choice, Grid, Question, Sheet, letter
from skillhub.kernel.sheets.limits import LIMITS, Limits
from skillhub.kernel.sheets.neutral import neutral, restored
from skillhub.kernel.sheets.preview import Change, Preview, PreviewRow, compare
from skillhub.kernel.sheets.reading import paste, read
from skillhub.kernel.sheets.tables import Row, Table, load, table
from skillhub.kernel.sheets.writing import write_csv, write_xlsx

__all__ = [
    "LIMITS",
    "Answers",
    "Change",
    "Choice",
    "Code",
    "Column",
    "Grid",
    "Header",
    "Limits",
    "Matching",
    "Preview",
    "PreviewRow",
    "Question",
    "Row",
    "Sheet",
    "Table",
    "compare",
    "letter",
    "load",
    "match_code",
    "neutral",
    "paste",
    "propose",
    "read",
    "restored",
    "shown",
    "signature",
    "table",
    "write_csv",
    "write_xlsx",
]
