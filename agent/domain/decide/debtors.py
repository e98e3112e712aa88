"""Which debtor an invoice is for, and at which address he is written to."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from agent.domain import events as ev
from agent.domain.decide.context import AddressHint, Context, head, make_id
from agent.domain.findings import InvoiceReading
from agent.domain.ledger import DebtorAccount, Ledger
from agent.domain.names import fold_name
from agent.domain.parties import BookEntry, PostalAddress
from agent.domain.references import party_number

# Names this alike (0 to 100, word order ignored) but not the same may be one company written twice: asked, never merged.
_LOOKALIKE = 88
# An address whose domain or local part shares a word this alike with the buyer's name fits him.
_FITS = 80
# An envelope has no room for more.
_LONGEST_ADDRESS = 300
PUBLIC_DOMAINS = frozenset(
    "gmail.com googlemail.com outlook.com outlook.be outlook.fr hotmail.com hotmail.be hotmail.fr live.com live.be live.fr "
    "msn.com yahoo.com yahoo.fr yahoo.de icloud.com me.com skynet.be telenet.be proximus.be voo.be scarlet.be orange.fr "
    "wanadoo.fr free.fr sfr.fr laposte.net bbox.fr pt.lu gmx.de gmx.net gmx.com web.de t-online.de ziggo.nl kpnmail.nl "
    "planet.nl xs4all.nl proton.me protonmail.com hetnet.nl".split()
)

# Where a document in XML tells no language: that of the buyer's country when it has one of ours, elsewhere the creditor's.
_SPOKEN = {"FR": "fr", "NL": "nl", "DE": "de", "AT": "de", "GB": "en", "IE": "en", "US": "en"}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who the invoice is for, as read and as the contact book completes it."""

    name: str
    number: str
    country: str
    language: str
    consumer: bool | None
    email: str
    known: BookEntry | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The account of an invoice, the events that open it or give it an address, and what is doubtful about it.

    `doubts`: debtor_email (no address), address_mismatch (it does not fit the buyer), same_debtor (a lookalike exists).
    """

    account: str
    events: tuple[ev.Event, ...] = ()
    doubts: tuple[str, ...] = ()
    lookalike: str = ""
    address: str = ""


def buyer_of(reading: InvoiceReading, context: Context) -> Buyer:
    """The buyer of this invoice."""
    country = reading.buyer_country.value if reading.buyer_country else ""
    number = ""
    for field in (reading.buyer_vat, reading.buyer_enterprise):
        if field is not None and not number:
            number = party_number(field.value, country) or ""
    name = " ".join(reading.buyer_name.value.split()) if reading.buyer_name else ""
    known = context.known(name, number)
    if not country and number[:2].isalpha():
        country = number[:2]
    return Buyer(
        name=name or (known.name if known else ""),
        number=number or (known.number if known else ""),
        country=country or context.creditor.country,
        language=(known.language if known else "")
        or reading.language
        or _SPOKEN.get(country.upper(), context.creditor.language),
        consumer=known.consumer if known else (reading.consumer.value if reading.consumer else None),
        email=reading.buyer_email.value.lower() if reading.buyer_email else "",
        known=known,
    )


def choose_account(ledger: Ledger, buyer: Buyer, context: Context) -> Chosen:
    """The account of this buyer: the one with his number, else with his confirmed address, else his very name, else a new one.

    A debtor is one by VAT or enterprise number, else by confirmed address. An account of nearly the same name is named as a
    lookalike, so that a person says whether it is the same. Who was forgotten and comes back is a new one.
    """
    accounts = [a for a in ledger.accounts.values() if a.creditor == context.creditor.id and not a.is_forgotten]
    hints = _hints(buyer, context)
    account = _by_number(accounts, buyer) or _by_address(accounts, buyer, hints) or _by_name(accounts, buyer)
    if account is not None:
        return _at_address(account, buyer, hints, context)
    similar = _lookalike(accounts, buyer)
    new_id = account_id(context.creditor.id, buyer.number, buyer.name or f"{context.source}/{len(accounts)}")
    taken = ledger.accounts.get(new_id)
    if taken is not None and not taken.is_forgotten:
        return _at_address(taken, buyer, hints, context)
    if taken is not None:
        new_id = account_id(context.creditor.id, "", f"{new_id}/{context.source}")
    opened = ev.DebtorOpened(
        **head(context),
        debtor=new_id,
        name=buyer.name,
        number=buyer.number,
        country=buyer.country,
        language=buyer.language,
        consumer=buyer.consumer,
    )
    fresh = DebtorAccount(new_id, context.creditor.id, buyer.name, buyer.number, buyer.country)
    chosen = _at_address(fresh, buyer, hints, context)
    doubts = (*chosen.doubts, "same_debtor") if similar else chosen.doubts
    return Chosen(new_id, (opened, *chosen.events), doubts, similar.id if similar else "", chosen.address)


def post_of(
    reading: InvoiceReading, chosen: Chosen, ledger: Ledger, context: Context
) -> tuple[ev.PostalAddressMet, ...]:
    """The event by which a debtor's postal address is known from his invoice; nothing when it is known, or was told by a person."""
    account = ledger.accounts.get(chosen.account)
    known = account.postal if account else PostalAddress()
    read = reading.buyer_address.value.strip()[:_LONGEST_ADDRESS] if reading.buyer_address else ""
    if not read or known.told or read == known.text:
        return ()
    return (ev.PostalAddressMet(**head(context), debtor=chosen.account, address=read),)


def account_id(creditor: str, number: str, name: str) -> str:
    """The id under which a debtor of this number, or else of this name, is opened."""
    return make_id("d", creditor, number or fold_name(name))


def _hints(buyer: Buyer, context: Context) -> tuple[AddressHint, ...]:
    """All addresses that may be the debtor's, best first; the order is the one that people mean when they hand over a mail."""
    rank = {"recipient": 0, "forwarded": 1, "told": 2, "invoice": 3, "book": 4}
    found = list(context.hints)
    if buyer.email:
        found.append(AddressHint(buyer.email, "invoice"))
    if buyer.known:
        found.extend(AddressHint(a, "book") for a in buyer.known.addresses)
    usable = (h for h in found if is_debtors(h.address, context))
    return tuple(sorted(usable, key=lambda h: rank.get(h.origin, 9)))


def is_debtors(address: str, context: Context) -> bool:
    """Whether an address can be a debtor's at all: not ours, not the creditor's, his people's or his domain's."""
    domain = address.rpartition("@")[2]
    own = {person.address for person in context.creditor.people}
    private = {d for d in context.creditor.domains if d not in PUBLIC_DOMAINS} | set(context.own_domains)
    private |= {a.rpartition("@")[2] for a in own} - PUBLIC_DOMAINS
    return bool(domain) and address not in own and not any(domain == d or domain.endswith("." + d) for d in private)


def same_domain(one: str, other: str) -> bool:
    """Whether two addresses are of one company: the same mail domain, and none that everybody may have."""
    domain = one.rpartition("@")[2]
    return bool(domain) and domain == other.rpartition("@")[2] and domain not in PUBLIC_DOMAINS


def fits(address: str, buyer: Buyer) -> bool:
    """Whether an address plausibly belongs to the buyer: printed on the invoice, in the contact book, or alike in name."""
    local, _, domain = address.partition("@")
    if buyer.email and (address == buyer.email or domain == buyer.email.rpartition("@")[2] not in PUBLIC_DOMAINS):
        return True
    if buyer.known and address in buyer.known.addresses:
        return True
    words = [w for w in fold_name(buyer.name).split() if len(w) > 2]
    spoken = local if domain in PUBLIC_DOMAINS else ".".join(domain.split(".")[:-1])
    spoken = fold_name(spoken)
    joined = spoken.replace(" ", "")
    initials = "".join(w[0] for w in fold_name(buyer.name).split())
    if len(initials) > 2 and initials in joined:
        return True
    return any(w in joined or fuzz.ratio(w, part) >= _FITS for w in words for part in (joined, *spoken.split()))


def _at_address(account: DebtorAccount, buyer: Buyer, hints: tuple[AddressHint, ...], context: Context) -> Chosen:
    contact = account.contact
    best = hints[0] if hints else None
    if contact is not None and (
        best is None or best.address in {c.address for c in account.contacts} or best.origin != "told"
    ):
        return Chosen(account.id, address=contact.address)
    if best is None:
        return Chosen(account.id, doubts=("debtor_email",))
    if best.origin != "told" and buyer.name and not fits(best.address, buyer):
        return Chosen(account.id, doubts=("address_mismatch",), address=best.address)
    added = ev.ContactAdded(**head(context), debtor=account.id, address=best.address, name=best.name)
    return Chosen(account.id, (added,), address=best.address)


def _by_number(accounts: list[DebtorAccount], buyer: Buyer) -> DebtorAccount | None:
    return next((a for a in accounts if buyer.number and a.number == buyer.number), None)


def _by_address(accounts: list[DebtorAccount], buyer: Buyer, hints: tuple[AddressHint, ...]) -> DebtorAccount | None:
    """One address may serve two companies: an account whose number or name says somebody else is not this buyer's."""
    addresses = {h.address for h in hints}
    for account in accounts:
        if not addresses & {c.address for c in account.contacts} or (buyer.number and account.number):
            continue
        if (
            not buyer.name
            or not account.name
            or fuzz.token_set_ratio(fold_name(account.name), fold_name(buyer.name)) >= _FITS
        ):
            return account
    return None


def _by_name(accounts: list[DebtorAccount], buyer: Buyer) -> DebtorAccount | None:
    folded = fold_name(buyer.name)
    same = [a for a in accounts if folded and fold_name(a.name) == folded and not (a.number and buyer.number)]
    return same[0] if len(same) == 1 else None


def _lookalike(accounts: list[DebtorAccount], buyer: Buyer) -> DebtorAccount | None:
    folded = fold_name(buyer.name)
    if not folded:
        return None
    open_to = (a for a in accounts if not (a.number and buyer.number))
    scored = [(fuzz.token_sort_ratio(fold_name(a.name), folded), a) for a in open_to]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= _LOOKALIKE else None
