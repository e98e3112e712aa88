"""One creditor and another's case: however he names it, he is answered as about a case that is in nobody's books."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.mail.identity import printed_token, reply_token
from tests.roles.book import Book, Opened
from tests.roles.people import address_of
from tests.service.pressing import buttons
from tests.service.test_bank import camt
from tests.service.world import BRUNO, ELS
from tests.walks.invoices import credit_note, ubl

# What names a case of Atelier Bruno, beside what names nothing at all; the owner of another firm writes both.
TYPED = (
    "betaald {}",
    "waar staat {} ?",
    "pauze {}",
    "trek {} in",
    "schrijf {} af",
    "dossier {}",
    "attest {}",
    "ingebrekestelling sturen {}",
    "{} debiteur : els@vandamme.example",
    "vervaldag van {} is 30/04/2026",
    "ongedaan maken {}",
    "vergeet {} en al zijn gegevens",
    "stuur mij de export van {}",
)
THEIRS, NOBODYS = "2026-501", "2026-951"
SECRETS = ("Batiplus", "121,00", "Atelier", "Mons", "BE0663445554", "2026-502")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    made = Book(tmp_path_factory.mktemp("apart"))
    yield made
    made.close()


def sent(book: Book, mail: EmailMessage) -> tuple[str, Opened]:
    """What Els was answered, without what differs from mail to mail, and the books afterwards; nothing may have happened in them."""
    opened = book.open()
    mail["Authentication-Results"] = "mx.comptoir.example; dmarc=pass header.from=vandamme.example"
    opened.receive(mail.as_bytes())
    assert [type(e).__name__ for e in opened.events() if e.creditor != "van-damme"] == []
    assert {a for m in opened.fresh() for a in (*m.to, *m.cc)} <= {address_of(ELS)}
    told = "\n".join(f"{m.kind}: {m.subject}\n{m.text}" for m in opened.fresh())
    opened.close()
    return re.sub(r"RL-[A-Z2-7-]+|RA-[A-Z2-7]+", "", " ".join(told.split())), opened


def letter(book: Book, text: str, *, subject: str = "Vraag", answers: bytes = b"", sender: str = ELS) -> EmailMessage:
    pen = mails.Pen(sender, book.now, "apart-1", proved=False)
    return mails.letter(pen, AGENCY, subject, text, answers=answers)


def plain(told: str, name: str) -> str:
    """An answer with the name taken out that Els herself wrote."""
    return told.replace(name, "#")


@pytest.mark.parametrize("text", TYPED)
def test_a_number_of_anothers_is_a_number_of_nobodys(book, text):
    """The same answer, word for word, whether the case exists or not."""
    theirs, _ = sent(book, letter(book, text.format(THEIRS)))
    nobodys, _ = sent(book, letter(book, text.format(NOBODYS)))
    assert plain(theirs, THEIRS) == plain(nobodys, NOBODYS)
    assert not [secret for secret in SECRETS if secret in theirs]


@pytest.mark.parametrize(
    "about", ["que faisons-nous", "Nouveau compte bancaire", "Votre semaine", "Prise en charge : 2026-501"]
)
@pytest.mark.parametrize("text", ["1", "2", "ok", "annuleren", "betaald"])
def test_a_letter_that_was_forwarded_lends_no_rights(book, about, text):
    """She answers it, quoting it with its tokens: as she would be answered for the words alone."""
    answer = letter(book, text, subject="Re:", answers=book.letter(BRUNO, about).as_bytes())
    told, _ = sent(book, answer)
    assert not [s for s in SECRETS if s in told]
    assert "refusal" in told or not told


@pytest.mark.parametrize("where", ["In-Reply-To", "References", "subject", "text", "to"])
def test_a_token_of_anothers_case_is_no_token(book, where):
    """Wherever it stands: as Message-ID, printed, or behind a plus; a token that was made up is answered alike."""
    opened = book.open()
    account = opened.items()[THEIRS].invoice.debtor
    token = reply_token(opened.app.secret, account, "compta@batiplus.example")
    opened.close()
    answers = []
    for one in (token, "abcdefghijklmnop"):
        mail = letter(book, "betaald" if where != "text" else f"betaald\n\n{printed_token(one)}")
        if where in ("In-Reply-To", "References"):
            mail[where] = f"<relance.{one}.0123456789abcdef0123@comptoir.example>"
        elif where == "subject":
            mail.replace_header("Subject", f"Re: {printed_token(one)}")
        elif where == "to":
            mail.replace_header("To", AGENCY.replace("@", f"+{one}@"))
        answers.append(sent(book, mail)[0].replace(printed_token(one), ""))
    assert answers[0] == answers[1]
    assert not [s for s in SECRETS if s in answers[0]]


def test_a_button_of_anothers_says_what_a_forged_one_says(book):
    """Void, in the same words."""
    button = buttons(book.letter(BRUNO, "Prise en charge : 2026-501"))["Payée"]
    forged = re.sub(r"RA-.", "RA-Q", button.subject)
    told = [sent(book, letter(book, button.body, subject=subject))[0] for subject in (button.subject, forged)]
    assert told[0] == told[1]
    assert "refusal" in told[0]


@pytest.mark.parametrize(
    "files",
    [
        lambda number: {"facture.xml": ubl(number)},
        lambda number: {"avoir.xml": credit_note("NC-9", number)},
        lambda number: {"extrait.xml": camt(("121.00", f"facture {number}", "r1"))},
        lambda number: {
            "lijst.csv": f"Factuur;Klant;Datum;Vervaldag;Bedrag;Saldo\n{number};X NV;02/01/2026;01/02/2026;10,00;10,00\n".encode()
        },
    ],
)
def test_a_file_that_names_anothers_invoice_is_a_file_of_her_own(book, files):
    """What it does, it does in her books, and it says the same about a number that nobody has."""
    told = []
    for number in (THEIRS, NOBODYS):
        mail = letter(book, "Zie bijlage.")
        for name, content in files(number).items():
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        told.append(plain(sent(book, mail)[0], number))
    assert told[0] == told[1]


def test_a_forwarded_mail_of_anothers_is_only_words(book):
    """Bruno's own order, handed on whole: inline and attached."""
    inner = letter(book, f"payé {THEIRS}", sender=BRUNO)
    for number in (THEIRS, NOBODYS):
        mail = letter(book, "Zie hieronder.")
        mail.add_attachment(inner)
        told, _ = sent(book, mail)
        assert not [s for s in SECRETS if s in told]
        text = (
            f"Fyi\n\n---------- Forwarded message ---------\nFrom: {BRUNO}\nSubject: x\nTo: {AGENCY}\n\npayé {number}\n"
        )
        told, _ = sent(book, letter(book, text))
        assert not [s for s in SECRETS if s in told]
