"""What is claimed beside the balance of each invoice that a mail shows."""

from dataclasses import replace

from agent.demo.samples.books import NOW, sample_facts
from agent.demo.samples.claims import charging, of_businesses
from agent.domain.claims import claim_on
from agent.domain.ledger import ItemState, Ledger
from agent.outbox import claimed

PLAIN = sample_facts("fr")
FACTS = replace(PLAIN, ledger=of_businesses(PLAIN.ledger), charging=charging(PLAIN.creditor))
ITEMS, DAY = FACTS.ledger.of_account("d1"), NOW.date()


def test_each_invoice_bears_its_own_claim_and_its_account_is_reckoned_once(monkeypatch):
    """As if it were looked at alone; two hundred invoices of one debtor are not two hundred times two hundred."""
    account = FACTS.ledger.accounts["d1"]
    alone = {i.id: claim_on(i, account, ITEMS, FACTS.charging, DAY) for i in ITEMS if i.is_open}
    reckoned, real = [], claimed.account_claims
    monkeypatch.setattr(claimed, "account_claims", lambda *given: reckoned.append(given) or real(*given))
    found = claimed.surcharges_of(ITEMS, FACTS, DAY)
    assert found == {id_: made.due for id_, made in alone.items() if made and made.due}
    assert found
    assert len(reckoned) == 1


def test_nothing_is_claimed_where_nothing_can_be():
    """Without terms, on what is settled, and of somebody who is not in the books."""
    assert claimed.surcharges_of(ITEMS, PLAIN, DAY) == {}
    settled = [replace(i, state=ItemState.SETTLED) for i in ITEMS]
    assert claimed.surcharges_of(settled, FACTS, DAY) == {}
    assert claimed.surcharges_of(ITEMS, replace(FACTS, ledger=Ledger.of(ITEMS)), DAY) == {}
    assert claimed.surcharges_of([], FACTS, DAY) == {}
