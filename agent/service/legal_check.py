"""What `relance check` says of the law: what keeps mails from debtors, what must be confirmed, and which debtors wait for it."""

from __future__ import annotations

from collections.abc import Iterator

from agent.config import Settings
from agent.config.stores import store_place
from agent.domain.legal import COLLECTORS, Operator, confirmable
from agent.domain.parties import Creditor
from agent.domain.rates import VERIFIED
from agent.service.refusals import waiting
from agent.service.sending_domain import CheckResult
from agent.store.places import has_books
from agent.store.tinydb_store import TinyStore


def legal_checks(settings: Settings) -> Iterator[CheckResult]:
    """Each thing that is missing, by itself; one line when nothing is."""
    missing = list(_collector(settings)) if settings.legal.operator is Operator.COLLECTOR else []
    missing += [result for creditor in settings.creditors for result in _consumers(creditor)]
    missing += _refused(settings)
    yield from missing
    if not missing:
        yield CheckResult("legal", True, f"written to debtors as {settings.legal.operator}; nothing is missing")
    open_facts = [name for name in confirmable() if name not in settings.legal.confirmed]
    if open_facts:
        yield CheckResult("legal", True, f"not confirmed in legal.confirmed, and so not used: {', '.join(open_facts)}")


def _missing(detail: str, advice: str) -> CheckResult:
    return CheckResult("legal", False, detail, advice)


def _collector(settings: Settings) -> Iterator[CheckResult]:
    legal = settings.legal
    if not legal.seat:
        yield _missing("a collector writes to no debtor without legal.seat", "add your address or registered office")
    if not legal.registrations:
        countries = ", ".join(COLLECTORS)
        yield _missing(
            "a collector writes to no debtor of a country without a registration there",
            f"add legal.registrations for those of {countries} where you collect",
        )
    for country in legal.registrations:
        mark, duty = COLLECTORS.get(country, ("", ""))
        if not mark:
            yield _missing(
                f"the rules of {country} are not known: no debtor there is written to", "collect there yourself"
            )
        elif mark not in VERIFIED and f"{country.lower()}-collector" not in legal.confirmed:
            yield _missing(
                f"{country}: not confirmed: {duty}",
                f'check it and add "{country.lower()}-collector" to legal.confirmed',
            )
    for creditor in settings.creditors:
        yield from _mandate(settings, creditor)


def _mandate(settings: Settings, creditor: Creditor) -> Iterator[CheckResult]:
    label = f"creditors/{creditor.id}.toml"
    mandate = creditor.mandate
    named = (("date", mandate.on), ("reference", mandate.reference), ("document", mandate.document))
    lacking = [name for name, value in named if not value]
    if lacking:
        yield _missing(f"{label}: [mandate] lacks {', '.join(lacking)}: his debtors are not written to", "add it")
    elif not (settings.path.absolute().parent / mandate.document).is_file():
        yield _missing(
            f"{label}: mandate.document {mandate.document} is not there", "put the signed file beside config.toml"
        )
    if not creditor.address.strip():
        yield _missing(f"{label}: address: a collector names it, so his debtors are not written to", "add it")


def _consumers(creditor: Creditor) -> Iterator[CheckResult]:
    if creditor.country == "BE" and not creditor.enterprise_numbers:
        yield _missing(
            f"creditors/{creditor.id}.toml: numbers: Belgian consumers, and debtors who may be one, are not written to without it",
            "add his enterprise number",
        )


def _refused(settings: Settings) -> list[CheckResult]:
    if not has_books(place := store_place(settings)):
        return []
    found = []
    store = TinyStore.open(place, read_only=True)
    try:
        for creditor in settings.creditors:
            accounts = waiting(store, creditor.id)
            names = sorted({name for rules in accounts.values() for name in rules})
            if accounts:
                detail = f"{creditor.name}: {len(accounts)} debtor(s) not written to: {', '.join(names)}"
                found.append(_missing(detail, "see the mail about each rule, or docs/spec/regime-guard.md"))
    finally:
        store.close()
    return found
