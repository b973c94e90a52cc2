"""The form of papers beside awards: which paper, in which language, and who signs."""

from __future__ import annotations

from wtforms.validators import Optional

from skillhub.kernel.forms import LinesField
from skillhub.kernel.messages import N_
from skillhub.kernel.stationery import PaperForm


class IssueForm(PaperForm):
    signatories = LinesField(
        N_("Who signs"),
        [Optional()],
        rows=True,
        description=N_("One a line, with the office, such as “林致远 = 组委会主任 Chair”."),
        render_kw={"rows": 2},
    )

    @property
    def signed(self) -> list[tuple[str, str]]:
        """Give who signs: name and office."""
        return [(str(row[0]), str(row[1])) for row in self.signatories.data or ()]
