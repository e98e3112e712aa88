"""What is new in an Exchange INBOX: pull notifications, and a sync state that outlives the program.

Notifications only say that it is worth while to ask; what changed is told by SyncFolderItems, from the state of last time. After
every gap in the notifications that is asked anyway. Neither is the truth: INBOX itself is, and it is looked into now and then.
"""

import time
from collections.abc import Iterable
from typing import Any

from exchangelib.errors import (
    ErrorExceededSubscriptionCount,
    ErrorExpiredSubscription,
    ErrorInvalidSubscription,
    ErrorInvalidSubscriptionRequest,
    ErrorInvalidSyncStateData,
    ErrorInvalidWatermark,
    ErrorMissedNotificationEvents,
    ErrorProxyRequestNotAllowed,
    ErrorReadEventsFailed,
    ErrorSubscriptionAccessDenied,
    ErrorSubscriptionDelegateAccessNotSupported,
    ErrorSubscriptionNotFound,
)
from exchangelib.properties import StatusEvent
from exchangelib.services import GetEvents, SubscribeToPull, SyncFolderItems
from exchangelib.services.sync_folder_hierarchy import SyncFolder

from agent.backends.exchange_session import ExchangeAccount
from agent.ports import Memory

# the server forgot the subscription, or something of what it had to say
_GAP = (
    ErrorSubscriptionNotFound,
    ErrorExpiredSubscription,
    ErrorInvalidSubscription,
    ErrorInvalidWatermark,
    ErrorMissedNotificationEvents,
    ErrorReadEventsFailed,
    ErrorProxyRequestNotAllowed,
)
_NO_SUBSCRIPTION = (
    ErrorExceededSubscriptionCount,
    ErrorInvalidSubscriptionRequest,
    ErrorSubscriptionAccessDenied,
    ErrorSubscriptionDelegateAccessNotSupported,
)
_EVENTS = ("NewMailEvent", "CreatedEvent", "MovedEvent", "CopiedEvent")
# minutes that the server keeps a subscription nobody asks about; it is never given up otherwise
_KEPT_MINUTES = 10
_WITHOUT = 600.0
# the most that SyncFolderItems gives at a time
_PAGE = 512


class _Sync(SyncFolderItems):  # type: ignore[misc]
    """SyncFolderItems whose refusals are read: exchangelib looks for a sync state before it looks for an error."""

    def _get_element_container(self, message: Any, name: str | None = None) -> Any:
        if message.get("ResponseClass") == "Success":
            return super()._get_element_container(message, name)
        return super(SyncFolder, self)._get_element_container(message, name)


class InboxWatch:
    """Knows which mails lie in INBOX and which of them were told, from one `news` to the next."""

    def __init__(self, settings: ExchangeAccount, memory: Memory | None) -> None:
        self._settings = settings
        self._memory = memory
        self._key = f"exchange sync {settings.user} at {settings.host}"
        self._account: Any = None
        self._subscription: tuple[str, str] | None = None
        self._subscribe_at = 0.0
        self._state = self._kept = memory.recall(self._key) if memory is not None else None
        self._present: set[str] = set()
        self._told: frozenset[str] = frozenset()
        self._look_at = time.monotonic() + settings.look_every

    def news(self, account: Any) -> bool:
        """Whether INBOX holds a mail that was not told yet. Raises the errors of exchangelib."""
        if self._notified(account):
            self._sync(account)
        if self._present - self._told:
            return True
        now = time.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + self._settings.look_every
        most = len(self._told) + 1
        return any(item.id not in self._told for item in account.inbox.all().only("id")[:most])

    @property
    def present(self) -> frozenset[str]:
        """The mails that lie in INBOX as far as the last answer of the server goes."""
        return frozenset(self._present)

    def told(self, ids: Iterable[str]) -> None:
        """From now on only other mails are news."""
        self._told = frozenset(ids)

    def all_done(self) -> None:
        """INBOX was found empty: whatever the sync state announced has left it, so the next start may begin there."""
        if self._memory is not None and self._state is not None and self._state != self._kept:
            self._memory.keep(self._key, self._state)
            self._kept = self._state

    def _notified(self, account: Any) -> bool:
        """Whether something may have changed: also when a gap hides what did, or no notifications are to be had."""
        if account is not self._account:
            self._account, self._subscription = account, None
        if self._subscription is not None:
            try:
                return self._pulled(account)
            except _GAP:
                self._subscription = None
        self._subscribe(account)
        return True

    def _subscribe(self, account: Any) -> None:
        now = time.monotonic()
        if now < self._subscribe_at:
            return
        try:
            self._subscription = SubscribeToPull(account=account).get(
                folders=[account.inbox], event_types=_EVENTS, watermark=None, timeout=_KEPT_MINUTES
            )
        except _NO_SUBSCRIPTION:
            self._subscribe_at = now + _WITHOUT

    def _pulled(self, account: Any) -> bool:
        """Whether there is an event. exchangelib's own loop would ask with the same watermark for ever."""
        changed, more = False, True
        while more and self._subscription is not None:
            name, watermark = self._subscription
            notification = GetEvents(account=account).get(subscription_id=name, watermark=watermark)
            events = notification.events or []
            changed = changed or any(not isinstance(event, StatusEvent) for event in events)
            latest = events[-1].watermark if events else watermark
            more = bool(notification.more_events) and latest != watermark
            self._subscription = (name, latest)
        return changed

    def _sync(self, account: Any) -> None:
        """Take over what changed; a state that the server no longer knows is thrown away, and all of INBOX is asked for."""
        try:
            self._take_pages(account)
        except ErrorInvalidSyncStateData:
            if self._state is None:
                raise
            self._state = None
            self._present.clear()
            self._take_pages(account)

    def _take_pages(self, account: Any) -> None:
        more = True
        while more:
            asked = _Sync(account=account)
            changes = list(
                asked.call(
                    folder=account.inbox,
                    shape="IdOnly",
                    additional_fields=None,
                    sync_state=self._state,
                    ignore=None,
                    max_changes_returned=_PAGE,
                    sync_scope=None,
                )
            )
            for change in changes:
                self._take(change)
            # some servers say that there is more and give the same state again
            more = not asked.includes_last_item_in_range and asked.sync_state != self._state
            self._state = asked.sync_state

    def _take(self, change: Any) -> None:
        if isinstance(change, Exception):
            raise change
        kind, item = change
        if kind in {SyncFolderItems.CREATE, SyncFolderItems.UPDATE}:
            self._present.add(item.id)
        elif kind == SyncFolderItems.DELETE:
            self._present.discard(item.id)
