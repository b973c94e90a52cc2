"""Whether the sheets of a day add up: taken = good + spoiled + left."""

from __future__ import annotations

from dataclasses import dataclass

from skillhub.kernel.messages import N_, Message, say


@dataclass(frozen=True, slots=True)
class Balance:
    """The sheets of one day, printer, paper and operator: what the ledger knows, and what was counted by hand."""

    good: int = 0
    spoiled: int = 0
    open: int = 0  # sent, and nobody said yet what came out
    unused: int = 0  # sent, and no sheet was used
    taken: int | None = None  # out of the box, counted by hand
    left: int | None = None

    @property
    def off(self) -> int | None:
        """Give how many sheets more were taken than are accounted for; None while nobody counted them."""
        if self.taken is None or self.left is None:
            return None
        return self.taken - self.left - self.good - self.spoiled - self.open

    @property
    def adds_up(self) -> bool:
        """Tell whether every sheet that was taken is good, spoiled or left; unknown is not yes."""
        return self.off == 0 and not self.open

    @property
    def findings(self) -> list[Message]:
        """Say what does not add up, and what to do."""
        found = []
        if self.open:
            text = N_("Sent to the printer, and nobody said whether they are good: %(n)s.")
            found.append(say(text, n=self.open))
        if self.off is None:
            found.append(say(N_("Nobody counted the sheets taken out of the box.")))
        elif self.off > 0:
            text = N_("%(n)s sheets were taken and are neither good, spoiled nor left.")
            found.append(say(text, n=self.off))
        elif self.off < 0:
            text = N_("%(n)s sheets more are accounted for than were taken.")
            found.append(say(text, n=-self.off))
        return found
