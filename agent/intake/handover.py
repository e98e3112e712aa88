"""How an invoice was handed over: which addresses of the mail may be the debtor's."""

from collections.abc import Iterable

from agent.domain.decide import AddressHint
from agent.mail.message import Address, Message


def hints_of(
    message: Message, originals: Iterable[Address], told: Iterable[str], ourselves: Iterable[str]
) -> tuple[AddressHint, ...]:
    """The addresses that may be the debtor's, in the order in which people mean them.

    To and Cc of the creditor's own mail (he sent it to the debtor, with us in copy), then the recipients of the originals
    that he forwards, then what he wrote in words. Our own addresses are left out; whose the others are is decided with the invoice.
    """
    own = frozenset(ourselves)
    found = [AddressHint(a.address, "recipient", a.name) for a in (*message.to, *message.cc)]
    found.extend(AddressHint(a.address, "forwarded", a.name) for a in originals)
    found.extend(AddressHint(address.lower(), "told") for address in told)
    kept: dict[str, AddressHint] = {}
    for hint in found:
        if hint.address and hint.address not in own:
            kept.setdefault(hint.address, hint)
    return tuple(kept.values())
