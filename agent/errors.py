"""Errors sorted by what happens next. Everything that can be said as a value (unreadable, unsure, not mine) is a value."""

from collections.abc import Sequence


class AgentError(Exception):
    """The root of all errors that Relance raises itself."""


class ConfigError(AgentError):
    """The configuration is wrong: show every problem at once and exit with 78, so that systemd does not restart.

    Attributes:
        problems: one line each, beginning with the key it concerns.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class NoStore(ConfigError):
    """There are no books at this place yet: nothing is wrong with it before the first run.

    Attributes:
        place: where they would be.
    """

    def __init__(self, place: object) -> None:
        super().__init__([f"store: there is none at {place}"])
        self.place = str(place)


class TemporaryError(AgentError):
    """The other side cannot now: back off and try again later."""


class StoreAway(TemporaryError):
    """The books cannot now: their database cannot be reached, or their disk is full. Nobody else is to blame, no mailbox and no way out."""


class PermanentError(AgentError):
    """This one item can never succeed: park it, report it, go on with the next."""


class CorruptStore(AgentError):
    """The store is damaged: stop, touch nothing, tell the operator."""


class NewerStore(CorruptStore):
    """The store is whole, and of a newer program than this one: touch nothing, install that program."""
