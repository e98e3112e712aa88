"""What Exchange remembers of the changes in its folders: for SyncFolderItems, and for pull subscriptions."""

import base64
import binascii
import itertools
from dataclasses import dataclass, field

CREATED, NEW_MAIL, MOVED_IN, MOVED_OUT = "CreatedEvent", "NewMailEvent", "MovedEvent", "MovedEvent out"
_EVENTS_AT_A_TIME = 20


class Unknown(Exception):
    """An EWS response code: what the client holds is nothing that this server gave out, or no longer knows."""


@dataclass(frozen=True)
class Change:
    """A mail that came into a folder or left it."""

    folder: str
    kind: str
    ident: str

    @property
    def came(self) -> bool:
        return self.kind != MOVED_OUT


@dataclass
class Subscription:
    """What one client wants to be told of."""

    folder: str
    kinds: frozenset[str]
    since: int


@dataclass
class Changes:
    """The log of all folders. `page` bounds how many changes one answer may hold, whatever the client asks for."""

    log: list[Change] = field(default_factory=list)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    most_subscriptions: int = 20
    page: int = 512
    _era: int = 1
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def note(self, folder: str, kind: str, ident: str) -> None:
        self.log.append(Change(folder, kind, ident))

    def forget_states(self) -> None:
        """As after the mailbox was moved or restored: no sync state from before means anything."""
        self._era += 1

    def since(self, folder: str, state: str, most: int) -> tuple[dict[str, bool], str, bool]:
        """By id, whether it came (or left); the state after it; whether that is all. Who came and left meanwhile is not told."""
        start = self._number(state, folder) if state else 0
        end = min(start + min(most, self.page), len(self.log))
        told: dict[str, bool] = {}
        for change in self.log[start:end]:
            if change.folder != folder:
                continue
            if change.ident in told and not change.came:
                del told[change.ident]
            else:
                told[change.ident] = change.came
        return told, _token(f"{self._era}|{folder}|{end}"), end == len(self.log)

    def _number(self, state: str, folder: str) -> int:
        era, _, rest = _plain(state, "ErrorInvalidSyncStateData").partition("|")
        of, _, number = rest.rpartition("|")
        if era != str(self._era) or of != folder:
            raise Unknown("ErrorInvalidSyncStateData")
        return int(number)

    def subscribe(self, folder: str, kinds: frozenset[str]) -> tuple[str, str]:
        """A new subscription's id and watermark."""
        if len(self.subscriptions) >= self.most_subscriptions:
            raise Unknown("ErrorExceededSubscriptionCount")
        ident = _token(f"subscription {next(self._numbers)} of this server")
        self.subscriptions[ident] = Subscription(folder, kinds, len(self.log))
        return ident, self._watermark(ident, len(self.log))

    def events(self, ident: str, watermark: str) -> tuple[list[tuple[str, str, str]], str, bool]:
        """Events as kind, mail and watermark; the watermark of now; whether there are more."""
        subscription = self.subscriptions.get(ident)
        if subscription is None:
            raise Unknown("ErrorSubscriptionNotFound")
        of, _, number = _plain(watermark, "ErrorInvalidWatermark").rpartition("|")
        if of != ident or not subscription.since <= int(number) <= len(self.log):
            raise Unknown("ErrorInvalidWatermark")
        wanted = [
            (change.kind.split()[0], change.ident, self._watermark(ident, at))
            for at, change in enumerate(self.log[int(number) :], int(number) + 1)
            if change.folder == subscription.folder and change.kind.split()[0] in subscription.kinds
        ]
        return wanted[:_EVENTS_AT_A_TIME], self._watermark(ident, len(self.log)), len(wanted) > _EVENTS_AT_A_TIME

    def _watermark(self, ident: str, number: int) -> str:
        return _token(f"{ident}|{number}")


def _token(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _plain(token: str, otherwise: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Unknown(otherwise) from error
