"""A creditor's debtors as reports name them: how each pays, whom to ring up, and what to say to him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.parties import BookEntry, entry_for
from agent.domain.profiles import Profile, profile, to_phone
from agent.domain.states import DebtorAccount, ItemState, OpenItem


@dataclass(frozen=True, slots=True)
class Debtor:
    """A debtor by name with how he pays; `share` is his part of what the largest debtor owes in percent; `phone` "" when unknown."""

    name: str
    address: str
    profile: Profile
    share: int
    phone: str = ""

    @property
    def script(self) -> str:
        """The code of the words to open a call with."""
        if not self.profile.reachable:
            return "script_address"
        return "script_promise" if self.profile.broken_promises else "script_reminded"


def debtors_of(
    items: Iterable[OpenItem],
    accounts: Mapping[str, DebtorAccount],
    book: Sequence[BookEntry],
    currency: str,
    today: date,
) -> tuple[Debtor, ...]:
    """Everybody who owes something in this currency, the largest sum overdue first."""
    mine = _by_debtor(items)
    known = (accounts[id_] for id_ in mine if id_ in accounts)
    found = [(account, profile(account, mine[account.id], currency, today)) for account in known]
    owing = [(account, p) for account, p in found if p.open.amount > 0]
    owing.sort(key=lambda pair: (-pair[1].overdue.amount, -pair[1].open.amount, pair[0].name))
    most = max((p.open.amount for _, p in owing), default=Decimal(0))
    return tuple(
        Debtor(
            account.name,
            account.contact.address if account.contact else "",
            p,
            share_of(p.open.amount, most),
            _phone(book, account),
        )
        for account, p in owing
    )


def calls_of(debtors: Sequence[Debtor], most: int = 5) -> tuple[Debtor, ...]:
    """Whom to ring up of these, the most urgent first."""
    by_id = {debtor.profile.debtor: debtor for debtor in debtors}
    return tuple(by_id[found.debtor] for found in to_phone((d.profile for d in debtors), most))


def share_of(amount: Decimal, whole: Decimal) -> int:
    """The part of a whole in percent, never below nothing."""
    return int((amount * 100 / whole).to_integral_value()) if whole > 0 and amount > 0 else 0


def _phone(book: Sequence[BookEntry], account: DebtorAccount) -> str:
    entry = entry_for(book, account.name, account.number)
    return entry.phone if entry else ""


def _by_debtor(items: Iterable[OpenItem]) -> dict[str, list[OpenItem]]:
    found: dict[str, list[OpenItem]] = {}
    for item in items:
        if item.invoice.debtor and item.state is not ItemState.REVIEW:
            found.setdefault(item.invoice.debtor, []).append(item)
    return found
