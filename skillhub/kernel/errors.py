"""The refusals a person may meet, each with its HTTP status; everything else is a bug."""

from __future__ import annotations

from collections.abc import Sequence

from skillhub.kernel.messages import N_, Message, Problem, say


class HouseError(Exception):
    """An expected refusal."""

    status = 400

    def __init__(self, message: Message, problems: Sequence[Problem] = ()) -> None:
        super().__init__(str(message))
        self.message = message
        self.problems = tuple(problems)


class NotAllowed(HouseError):
    """The person may not do this."""

    status = 403

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or say(N_("You may not open this page.")))


class NotFound(HouseError):
    """There is no such thing, or not for this person."""

    status = 404

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or say(N_("There is nothing at this address.")))


class Conflict(HouseError):
    """The thing is not in a state that allows this."""

    status = 409


class BadInput(HouseError):
    """What was given cannot be used; the problems say where and how to mend it."""

    status = 422


class Locked(HouseError):
    """It is final and closed to change."""

    status = 423
