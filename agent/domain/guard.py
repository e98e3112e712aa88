"""May this mail to a debtor leave? The rules of his country, of business or consumer, and of who writes, each with its source.

Pure: a Case says everything that the rules look at, `objections` gives the rules it breaks before a word is written, and
`agent.domain.guard_mentions.missing` those that the finished mail breaks. Not known whether business or consumer counts as consumer.
Marks: V verified in its source, V2 in two, C computed from such, M from memory and to be confirmed, D a rule of this program's own.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from agent.domain.charges import BELGIAN_REMINDER, belgian_consumer_cap, dutch_collection_costs
from agent.domain.guard_case import DEMANDS, NOTICE, Breach, Case, Charge, Rule
from agent.domain.legal import COLLECTORS, COUNTRIES
from agent.domain.rates import VERIFIED


def objections(case: Case) -> tuple[Breach, ...]:
    """The rules that forbid this mail before it is written: who writes, when, and what is claimed."""
    found = [Breach(rule, detail) for rule, broken in _WHO if (detail := broken(case))]
    found += [Breach(rule, detail) for rule, broken in (*_NOTICES, *_CHARGES) if (detail := broken(case))]
    return (*_waiting(case), *found)


def _waiting(case: Case) -> tuple[Breach, ...]:
    rule = _WAITS.get(case.country)
    running = [a for a in case.asked if a.free_until is not None and case.day <= a.free_until]
    if rule is None or case.kind not in DEMANDS or not case.as_consumer or not running:
        return ()
    last = max(a.free_until for a in running if a.free_until is not None)
    numbers = ", ".join(asked.number for asked in running)
    return (Breach(rule, f"the period announced for {numbers} runs through {last}", last),)


def _unknown_country(case: Case) -> str:
    known = ", ".join(COUNTRIES)
    return (
        f"{case.country or 'no country'} is none of {known}" if case.collects and case.country not in COUNTRIES else ""
    )


def _no_mandate(case: Case) -> str:
    missing = case.collects and not case.creditor.mandate.complete
    return f"creditors/{case.creditor.id}.toml has no [mandate] with date, reference and document" if missing else ""


def _no_registration(case: Case) -> str:
    wanted = case.collects and case.country in COUNTRIES and not case.registration
    return f"legal.registrations names none for {case.country}: {COLLECTORS[case.country][1]}" if wanted else ""


def _unconfirmed_duty(case: Case) -> str:
    mark, duty = COLLECTORS.get(case.country, ("V", ""))
    name = f"{case.country.lower()}-collector"
    unsure = case.collects and mark not in VERIFIED and name not in case.confirmed
    return f"legal.confirmed does not name {name}: {duty}" if unsure else ""


def _no_seat(case: Case) -> str:
    return "legal.seat is empty" if case.collects and not case.seat else ""


def _no_address(case: Case) -> str:
    missing = case.collects and not case.creditor.address.strip()
    return f"creditors/{case.creditor.id}.toml has no address" if missing else ""


_WHO: tuple[tuple[Rule, Callable[[Case], str]], ...] = (
    (
        Rule("collector-country", "duties of third-party collectors differ by country", "D", "collect there yourself, or withdraw the case"),
        _unknown_country,
    ),
    (Rule("collector-mandate", "CPCE R124-3", "V2", "add [mandate] to the creditor's file"), _no_mandate),
    (
        Rule("collector-registration", "duties of collectors, by country", "V", "add it to [legal] registrations"),
        _no_registration,
    ),
    (
        Rule("collector-confirmed", "duties of collectors that no source verified", "M", "check the duty and add its name to legal.confirmed"),
        _unconfirmed_duty,
    ),
    (Rule("collector-seat", "CPCE R124-4 1°", "V", "add legal.seat"), _no_seat),
    (Rule("collector-creditor-seat", "CPCE R124-4 2°", "V", "add address to the creditor's file"), _no_address),
)  # fmt: skip

# A notice gives a business a week, and a consumer what the law gives him after a first reminder by e-mail.
_LEAST_DAYS, _LEAST_FOR_CONSUMERS = 7, 14


def _not_due(case: Case) -> str:
    early = [a.number for a in case.asked if case.kind == NOTICE and (a.due_date is None or a.due_date >= case.day)]
    return f"not due yet: {', '.join(early)}" if early else ""


def _nothing_open(case: Case) -> str:
    if case.kind != NOTICE:
        return ""
    paid = [a.number for a in case.asked if a.balance.amount <= 0]
    return f"nothing is open on {', '.join(paid)}" if paid else "" if case.asked else "it asks for nothing"


def _short(case: Case) -> str:
    if case.kind != NOTICE:
        return ""
    least = _LEAST_FOR_CONSUMERS if case.as_consumer else _LEAST_DAYS
    left = (case.deadline - case.day).days if case.deadline else 0
    return f"it leaves {left} days, at least {least}" if left < least else ""


def _unreminded(case: Case) -> str:
    """Only a Belgian consumer must have been told before; elsewhere no law that was verified wants it."""
    wanted = case.kind == NOTICE and case.country == "BE" and case.as_consumer
    fresh = [a.number for a in case.asked if wanted and a.first]
    return f"no free reminder was sent of {', '.join(fresh)}" if fresh else ""


_NOTICES: tuple[tuple[Rule, Callable[[Case], str]], ...] = (
    (Rule("notice-due", "a notice asks for what is overdue", "D", "wait until the day after the due date"), _not_due),
    (Rule("notice-open", "a notice asks for what is owed", "D", "nothing: it is paid"), _nothing_open),
    (
        Rule("notice-period", "time to pay; book XIX and BW 6:96 (6) for consumers, by analogy", "D", "order it again: it gets a new deadline"),
        _short,
    ),
    (
        Rule("be-notice-reminded", "Code of Economic Law, book XIX: a free reminder comes first", "V2", "send a statement first"),
        _unreminded,
    ),
)  # fmt: skip

_WAITS = {
    "BE": Rule("be-waiting", "Code of Economic Law, book XIX (law of 4 May 2023)", "V2", "nothing: it leaves when the period is over"),
    "NL": Rule("nl-waiting", "BW 6:96 (6); ECLI:NL:HR:2016:2704", "V2", "nothing: it leaves when the period is over"),
}  # fmt: skip


def _foreign_charge(case: Case) -> str:
    return (
        f"the law of {case.law or 'no country'} is not known here" if case.charges and case.law not in COUNTRIES else ""
    )


def _charge_of_unknown(case: Case) -> str:
    return (
        "it is not known whether the debtor is a business or a consumer"
        if case.charges and case.consumer is None
        else ""
    )


def _other_kind(case: Case) -> str:
    odd = {charge.kind for charge in case.charges} - {"interest", "indemnity", "reminders"}
    return f"charged: {', '.join(sorted(odd))}" if odd else ""


def _too_early(country: str) -> Callable[[Case], str]:
    def broken(case: Case) -> str:
        if case.law != country or not case.as_consumer:
            return ""
        early = [c.number for c in case.charges if _too_soon(c, case)]
        return f"charged before the announced period was over: {', '.join(dict.fromkeys(early))}" if early else ""

    return broken


def _too_soon(charge: Charge, case: Case) -> bool:
    """Dutch interest runs by itself; beside the letter that announces costs it waits as they do."""
    if charge.free_until is None:
        return not (case.law == "NL" and charge.kind == "interest" and case.announced is None)
    return case.day <= charge.free_until


def _above(country: str, most: Callable[[Decimal], Decimal]) -> Callable[[Case], str]:
    def broken(case: Case) -> str:
        if case.law != country or not case.as_consumer:
            return ""
        over = [c for c in case.charges if c.kind == "indemnity" and c.amount.amount > most(c.basis)]
        return f"{over[0].number}: {over[0].amount} on {over[0].basis}, at most {most(over[0].basis)}" if over else ""

    return broken


def _reminder_cost(case: Case) -> str:
    charged = [c for c in case.charges if c.kind == "reminders"]
    if charged and (case.law != "BE" or case.consumer is not True):
        return "reminders are charged"
    over = [c for c in charged if c.amount.amount > BELGIAN_REMINDER * c.reminders]
    return f"{over[0].amount} for {over[0].reminders}" if over else ""


def _lump_sum(case: Case) -> str:
    fixed = case.as_consumer and case.law in ("FR", "LU", "DE") and any(c.kind == "indemnity" for c in case.charges)
    return f"an indemnity is charged to a consumer in {case.law}" if fixed else ""


def _unconfirmed_charge(case: Case) -> str:
    wanted = set()
    for charge in case.charges:
        if charge.kind == "indemnity" and not case.as_consumer and case.law in ("LU", "DE"):
            wanted.add(f"{case.law.lower()}-lump-sum")
        if charge.kind == "interest" and case.as_consumer and case.law == "FR":
            wanted.add("fr-consumer")
    missing = sorted(wanted - case.confirmed)
    return f"legal.confirmed does not name {', '.join(missing)}" if missing else ""


_OFF = "take the charge out of the creditor's [charges]"
_CHARGES: tuple[tuple[Rule, Callable[[Case], str]], ...] = (
    (Rule("charge-country", "charges follow a law that is known", "D", _OFF), _foreign_charge),
    (
        Rule("charge-unknown-kind", "directive 2011/7/EU, article 2: between businesses only", "V", "say in the contact book whether he is a consumer"),
        _charge_of_unknown,
    ),
    (Rule("collector-fee", "CPCE L111-8; wikifin.be", "V2", _OFF), _other_kind),
    (
        Rule("be-first-free", "Code of Economic Law, book XIX: the first reminder is free", "V2", _OFF),
        _too_early("BE"),
    ),
    (Rule("nl-first-free", "BW 6:96 (6)", "V2", _OFF), _too_early("NL")),
    (Rule("be-indemnity-cap", "Code of Economic Law, art. XIX.4", "V2", _OFF), _above("BE", belgian_consumer_cap)),
    (
        Rule("nl-scale", "Besluit vergoeding voor buitengerechtelijke incassokosten", "V2", _OFF),
        _above("NL", dutch_collection_costs),
    ),
    (Rule("reminder-cost", "Code of Economic Law, book XIX: EUR 7.50 for each further reminder", "V2", _OFF), _reminder_cost),
    (Rule("consumer-lump-sum", "directive 2011/7/EU, article 2: between businesses only", "V", _OFF), _lump_sum),
    (
        Rule("charge-confirmed", "facts of law that no source verified", "M", "check the fact and add its name to legal.confirmed"),
        _unconfirmed_charge,
    ),
)  # fmt: skip


def rules() -> tuple[Rule, ...]:
    """All rules that look at no finished mail."""
    return (*(rule for rule, _ in _WHO), *_WAITS.values(), *(rule for rule, _ in (*_NOTICES, *_CHARGES)))
