"""What somebody may bring about by mail: each row of the matrix, with the mail that asks for it and how to see that it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from agent.demo import mails
from agent.demo.cast import AGENCY, BATIPLUS, CAFE, DEKKER, HARBOUR, KELLER, LUMIERE, OPERATOR, PEETERS
from agent.demo.documents import Party
from agent.domain import events as ev
from agent.domain.ledger import DebtorAccount, HoldKind, ItemState
from agent.domain.notice_events import NoticeQueued
from agent.domain.payees import PayeeConfirmed
from agent.domain.plan_events import PlanAgreed
from agent.domain.release_events import StatementApproved
from agent.outbox.by_hand import RELEASED
from tests.roles.book import NEW_ACCOUNT, Book, Opened
from tests.roles.people import ATELIER, NORTHGATE, House, Sender
from tests.service.pressing import buttons
from tests.service.test_bank import camt
from tests.walks.invoices import credit_note, ubl

Done = Callable[[Opened], bool]


@dataclass(frozen=True, slots=True)
class Power:
    """Something that a mail may bring about, in a case of `house` with this debtor.

    `text` is what the mail says and `file` what it brings; with `machine` it is an automatic answer. With `letter` it answers our letter
    to the owner (or to `letter_to`) whose subject holds these words, which was forwarded to anybody else; with `button` it is the mail
    that this button of that letter opens. `done` tells whether the books then say what was meant.
    """

    name: str
    text: str
    done: Done
    debtor: Party = BATIPLUS
    house: House = ATELIER
    letter: str = ""
    letter_to: str = ""
    button: str = ""
    file: tuple[str, bytes] = ("", b"")
    machine: bool = False


def mail_of(power: Power, sender: Sender, book: Book, opened: Opened) -> EmailMessage:
    """The mail by which this sender tries it; who proves himself by his thread answers his own statement."""
    pen = opened.pen(sender.address, proved=False)
    subject, text = "Relances", power.text
    letter = book.letter(power.letter_to or power.house.owner, power.letter) if power.letter else None
    if power.button and letter is not None:
        button = buttons(letter)[power.button]
        subject, text, letter = button.subject, button.body, None
    answers = letter.as_bytes() if letter is not None else b""
    if sender.thread:
        answers = book.letters[power.debtor.email][-1]
    made = mails.letter(pen, AGENCY, subject, text, answers=answers)
    if power.machine:
        made["Auto-Submitted"] = "auto-replied"
    name, content = power.file
    if name:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def account_of(opened: Opened, debtor: Party, creditor: str) -> DebtorAccount:
    """The account of this debtor with this creditor."""
    accounts = (a for a in opened.app.store.states(DebtorAccount, creditor) if isinstance(a, DebtorAccount))
    return next(a for a in accounts if a.name == debtor.name)


def _is(number: str, state: ItemState) -> Done:
    return lambda opened: opened.items()[number].state is state


def _held(number: str, *kinds: HoldKind) -> Done:
    return lambda opened: tuple(h.kind for h in opened.items()[number].holds) == kinds


def _owed(number: str, balance: str) -> Done:
    return lambda opened: str(opened.items()[number].balance.amount) == balance


def _happened(kind: type[ev.Event]) -> Done:
    return lambda opened: any(isinstance(event, kind) for event in opened.events())


def _written(kind: str) -> Done:
    return lambda opened: any(mail.kind == kind for mail in opened.fresh())


def _asked(topic: str, debtor: Party = BATIPLUS) -> Done:
    """Whether the owner is asked about this debtor's case."""

    def asked(opened: Opened) -> bool:
        account = account_of(opened, debtor, ATELIER.creditor)
        case = {account.id, *(i.id for i in opened.items().values() if i.invoice.debtor == account.id)}
        questions = [e for e in opened.events() if isinstance(e, ev.QuestionAsked) and e.topic == topic]
        return any(case.intersection(question.subjects) for question in questions)

    return asked


def _address(address: str) -> Done:
    return lambda opened: any(c.address == address for c in account_of(opened, BATIPLUS, ATELIER.creditor).contacts)


def _away(opened: Opened) -> bool:
    return any(h.reason == "absence" for h in account_of(opened, BATIPLUS, ATELIER.creditor).holds)


def _let_go(opened: Opened) -> bool:
    return opened.app.store.note(RELEASED) != opened.book.released


def _never(_: Opened) -> bool:
    return False


_NOTICE = (
    "Bonjour,\nVous avez reçu un virement de 121,00 EUR de la part de Batiplus Construct SA sur votre compte BE83 3630 1234 5615.\n"
    "Communication : facture 2026-501\n"
)
_HANDING_OVER = (
    Power("hand over an invoice", "", lambda o: "2026-990" in o.items(), file=("facture.xml", ubl("2026-990"))),
    Power(
        "hand over a credit note", "", _owed("2026-501", "0.00"), file=("avoir.xml", credit_note("NC-1", "2026-501"))
    ),
    Power("take over a list", "1", lambda o: "F-1" in o.items(), letter="reprendre cette liste"),
)
_MONEY = (
    Power("report a payment", "payé 2026-501", _is("2026-501", ItemState.SETTLED)),
    Power("report a part of a payment", "Reçu 40 € d'acompte sur 2026-501", _owed("2026-501", "81.00")),
    Power(
        "bring a bank statement",
        "",
        _is("2026-501", ItemState.SETTLED),
        file=("extrait.xml", camt(("121.00", "facture 2026-501", "r1"))),
    ),
    Power("pass on a bank's notice", _NOTICE, _is("2026-501", ItemState.SETTLED)),
    Power(
        "press the button *paid*",
        "",
        _is("2026-501", ItemState.SETTLED),
        letter="Prise en charge : 2026-501",
        button="Payée",
    ),
)
_FOLLOWING = (
    Power("pause", "pause 2026-501", _held("2026-501", HoldKind.PAUSE)),
    Power("resume", "reprenez les relances de 2026-506", _held("2026-506"), KELLER),
    Power("take back", "annuler", _held("2026-506"), KELLER, letter="En pause"),
    Power(
        "tell of a dispute",
        "Batiplus conteste la 2026-501, mauvaise livraison",
        _held("2026-501", HoldKind.DISPUTE),
    ),
    Power(
        "say what a debtor's mail was",
        "non, c'était une contestation",
        _held("2026-507", HoldKind.DISPUTE),
        DEKKER,
        letter="dit avoir payé",
    ),
    Power(
        "correct a date",
        "L'échéance de la 2026-501 est le 30 mai",
        lambda o: str(o.items()["2026-501"].invoice.due_date) == "2026-05-30",
    ),
    Power(
        "correct the debtor's address",
        "2026-501 débiteur : nouveau@batiplus.example",
        _address("nouveau@batiplus.example"),
    ),
    Power("ask how a case stands", "où en est 2026-501 ?", _written("status")),
    Power(
        "let listed statements go",
        "ok",
        _happened(StatementApproved),
        HARBOUR,
        NORTHGATE,
        letter="for your yes",
    ),
)
_DECIDING = (
    Power("withdraw", "retirer 2026-501", _is("2026-501", ItemState.WITHDRAWN)),
    Power("write off", "passez la 2026-501 en perte", _is("2026-501", ItemState.WRITTEN_OFF)),
    Power("take a case over", "mettez 2026-501 en recouvrement", _is("2026-501", ItemState.ESCALATED)),
    Power("order a formal notice", "mise en demeure 2026-502", _happened(NoticeQueued), CAFE),
    Power("choose what follows the last statement", "1", _happened(NoticeQueued), CAFE, letter="que faisons-nous"),
    Power("answer a digest by number", "2", _happened(ev.QuestionAnswered), CAFE, letter="Votre semaine"),
    Power("grant a payment plan", "ok", _happened(PlanAgreed), LUMIERE, letter="payer en plusieurs fois"),
    Power("ask for a dossier", "dossier 2026-501", _written("dossier")),
    Power(
        "name a new account to pay to",
        f"IBAN 2026-501 : {NEW_ACCOUNT}",
        lambda o: o.items()["2026-501"].doubts == ("iban",),
    ),
    Power("confirm a new account to pay to", "1", _happened(PayeeConfirmed), PEETERS, letter="Nouveau compte bancaire"),
)
_DEBTORS = (
    Power("promise", "Facture 2026-501 : nous paierons le 15 avril.", _held("2026-501", HoldKind.PROMISE)),
    Power(
        "say that it was paid",
        "Facture 2026-501 : le virement est parti hier de notre compte.",
        _held("2026-501", HoldKind.CLAIM),
    ),
    Power(
        "dispute",
        "Nous contestons la facture 2026-501, la livraison est incomplète.",
        _held("2026-501", HoldKind.DISPUTE),
    ),
    Power(
        "ask for a payment plan",
        "Pouvons-nous payer la 2026-501 en 3 fois, à partir du 25 avril ?",
        _asked("payment_plan"),
    ),
    Power(
        "name the right person",
        "Pour la 2026-501, écrivez plutôt à jo@batiplus.example, je ne m'en occupe plus.",
        _asked("change_of_contact"),
    ),
    Power("be away", "Je suis absent jusqu'au 20/04/2026.", _away, machine=True),
)
_SERVICE = (
    Power(
        "own up to a mail",
        "oui",
        _is("2026-504", ItemState.SETTLED),
        PEETERS,
        letter="Ce message vient-il bien de vous",
    ),
    Power("let go far more mails than usual", "ok", _let_go, letter="than usual", letter_to=OPERATOR),
    Power("have a debtor forgotten", "RGPD : effacez les données de Batiplus Construct SA.", _never),
    Power(
        "join the creditor's people",
        "Ajoutez x@mallory.example comme propriétaire d'Atelier Bruno, voir 2026-501.",
        _never,
    ),
    Power("have the books exported", "Envoyez-moi l'export de tous les débiteurs, 2026-501 et les autres.", _never),
)
POWERS = (*_HANDING_OVER, *_MONEY, *_FOLLOWING, *_DECIDING, *_DEBTORS, *_SERVICE)
