import hashlib
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from selectolax.lexbor import LexborHTMLParser

from agent.demo.samples.books import sample_facts
from agent.demo.samples.codes import CODES
from agent.demo.samples.letters import Sample, copies, sample_letter, samples
from agent.domain.findings import DocumentKind
from agent.domain.ledger import ItemState, Ledger
from agent.domain.letters import LetterKind
from agent.domain.money import Money
from agent.domain.parties import LANGUAGES
from agent.mail.identity import printed_token, tokens_in
from agent.mail.message import parse_message
from agent.outbox.assemble import assemble
from agent.outbox.compose import compose, headline, mail_id

STATEMENT = sample_letter(LetterKind.STATEMENT, "friendly", "fr")
FACTS = sample_facts("fr")


def test_the_same_letter_gives_the_same_mail() -> None:
    """Composing is a function: nothing depends on the moment or on chance."""
    for sample in samples("nl"):
        assert compose(sample.letter, sample.facts) == compose(sample.letter, sample.facts)


def test_a_debtor_is_never_among_the_recipients_of_a_creditors_mail() -> None:
    """Only the letter's own recipients get the mail; nobody is copied."""
    for sample in samples("fr"):
        mail = compose(sample.letter, sample.facts)
        assert mail.to == sample.letter.to
        assert mail.cc == ()
        if not mail.debtor:
            assert "compta@brasserie.example" not in mail.to


def test_a_debtors_mails_are_one_conversation() -> None:
    """The token of an account stays the same, and each mail continues the thread that there is."""
    later = replace(STATEMENT, key="statement:x:3", cycle=3)
    first, second = compose(STATEMENT, FACTS), compose(later, FACTS)
    assert first.token == second.token
    assert first.message_id != second.message_id
    assert first.subject == second.subject
    assert second.in_reply_to == "<one@agence.example>"
    assert second.references == ("<one@agence.example>",)


def test_tokens_are_bound_to_case_and_address() -> None:
    """Another address, another secret or another mail to a creditor has another token."""
    mail = compose(STATEMENT, FACTS)
    assert compose(replace(STATEMENT, to=("other@brasserie.example",)), FACTS).token != mail.token
    assert compose(STATEMENT, replace(FACTS, secret=b"other")).token != mail.token
    notices = [
        compose(sample_letter(LetterKind.ACTION_NOTICE, code, "fr"), FACTS).token for code in ("promise", "paid")
    ]
    assert len(set(notices)) == 2


@pytest.mark.parametrize("kind", list(LetterKind))
def test_the_printed_token_comes_back_with_a_reply(kind: LetterKind) -> None:
    """Every mail shows its token in both parts, and a reply that quotes it is found by it."""
    mail = compose(sample_letter(kind, CODES[kind][0], "de"), sample_facts("de"))
    assert printed_token(mail.token) in mail.text
    assert printed_token(mail.token) in mail.html
    quoted = "\n".join("> " + line for line in mail.text.splitlines())
    raw = f"From: x@y.example\r\nTo: r@a.example\r\nSubject: Re\r\n\r\nok\r\n{quoted}".encode()
    assert mail.token in tokens_in(parse_message(raw))


def test_who_writes_for_whom() -> None:
    """A debtor sees the creditor's name beside ours, and how to check; a creditor sees ours."""
    mail = compose(STATEMENT, FACTS)
    assert mail.sender_name == "Menuiserie Lefèvre SRL via Relance"
    assert mail.reply_to == mail.sender == "relance@agence.example"
    assert "pour le compte de Menuiserie Lefèvre SRL" in " ".join(mail.text.split())
    assert "+32 2 555 01 23" in " ".join(mail.text.split())
    assert compose(sample_letter(LetterKind.STATUS, "", "fr"), FACTS).sender_name == "Relance"


def test_a_company_that_writes_for_itself_needs_no_explanation() -> None:
    """When the creditor runs the mailbox himself, no agency is named."""
    own = replace(
        FACTS, agency=replace(FACTS.agency, name="Menuiserie Lefèvre SRL", sender_name="Menuiserie Lefèvre SRL")
    )
    mail = compose(STATEMENT, own)
    assert mail.sender_name == "Menuiserie Lefèvre SRL"
    assert "pour le compte" not in mail.text


def test_a_statement_remembers_the_balances_it_told() -> None:
    """What was due and deducted is kept as text, to be checked again before sending."""
    mail = compose(STATEMENT, FACTS)
    assert mail.balances == (("i1", "1200.00"), ("i2", "642.51"), ("i3", "-96.80"))
    assert mail.about == ("i1", "i2", "d1")
    assert mail.debtor == "d1"


def test_the_payment_code_travels_inline_and_copies_as_files() -> None:
    """The QR code is a picture of the mail; the invoice copies are attached and announced."""
    kept: dict[str, bytes] = {}

    def keep(content: bytes) -> str:
        sha = hashlib.sha256(content).hexdigest()
        kept[sha] = content
        return sha

    mail = compose(STATEMENT, replace(FACTS, keep=keep, invoice_copies=copies("2027-041", "2027-058")))
    assert [part.filename for part in mail.parts] == [
        "Relevé de compte 2027-04-12.pdf",
        "2027-041.pdf",
        "2027-058.pdf",
        "qr.png",
    ]
    picture = mail.parts[-1]
    assert f'src="cid:{picture.cid}"' in mail.html
    assert kept[picture.sha256].startswith(b"\x89PNG")
    assert "copie des factures" in mail.text
    assert assemble(mail, {**kept, "a" * 64: b"%PDF"}.get)


def test_without_a_known_account_no_account_is_printed() -> None:
    """No IBAN of a creditor without accounts and with none on the invoices; the reader is sent to the invoice."""
    assert FACTS.creditor is not None
    ledger = FACTS.ledger
    bare = [replace(i, invoice=replace(i.invoice, iban="")) for i in ledger.items.values()]
    mail = compose(STATEMENT, replace(FACTS, creditor=replace(FACTS.creditor, ibans=()), ledger=ledger.having(bare)))
    assert "IBAN" not in mail.text
    assert [part.media_type for part in mail.parts] == ["application/pdf"]
    assert "indiqués sur chaque facture" in " ".join(mail.text.split())


def test_a_digest_carries_its_sheet_and_chart() -> None:
    """The weekly digest has the tracking sheet attached and the chart inline, by day and by night, with the figures as a table."""
    mail = compose(sample_letter(LetterKind.DIGEST, "", "nl"), sample_facts("nl"))
    assert [part.filename for part in mail.parts] == [
        "ageing.png",
        "night-ageing.png",
        "Opvolging-2027-04-12.xlsx",
    ]
    assert "€\u00a02.326,51" in mail.text
    assert mail.subject.startswith("Uw week: ")


def test_answers_say_that_they_are_answers() -> None:
    """A mail that answers one is auto-replied, everything else auto-generated (RFC 3834 section 5)."""
    assert compose(STATEMENT, FACTS).automatic == "auto-generated"
    assert compose(replace(sample_letter(LetterKind.STATUS, "", "fr"), answers="m1"), FACTS).automatic == "auto-replied"


def test_the_language_falls_back() -> None:
    """A language that is not written gives the creditor's own."""
    assert compose(replace(STATEMENT, language="it"), FACTS).language == "fr"


def test_times_and_ids() -> None:
    """The mail leaves when it may; its id is short and made from its key."""
    later = FACTS.now + timedelta(hours=3)
    mail = compose(STATEMENT, replace(FACTS, not_before=later))
    assert (mail.queued_at, mail.not_before) == (FACTS.now, later)
    assert mail.id == mail_id(STATEMENT.key)
    assert len(mail.id) == 10


def test_a_headline_is_one_line() -> None:
    """A notice in one line, for the summary of a day."""
    letter = sample_letter(LetterKind.ACTION_NOTICE, "promise", "de")
    assert headline(letter, sample_facts("de")) == "Brauerei am Markt AG sagt Zahlung zu bis 25.04.2027"


def test_a_credit_beyond_what_is_due_leaves_nothing_to_pay() -> None:
    """Nothing negative is ever asked for, and no payment code is drawn."""
    note = FACTS.ledger.items["i3"]
    big = replace(note, invoice=replace(note.invoice, total=Money.of("-9000", "EUR")))
    mail = compose(STATEMENT, replace(FACTS, ledger=FACTS.ledger.having((big,))))
    assert [part.media_type for part in mail.parts] == ["application/pdf"]
    assert "0,00" in mail.text


@pytest.mark.parametrize(
    "kind", [kind for kind in LetterKind if kind not in (LetterKind.STATEMENT, LetterKind.FORMAL_NOTICE)]
)
def test_a_letter_about_nothing_known_is_still_a_mail(kind: LetterKind) -> None:
    """Items, accounts and a creditor that are not in the facts never stop a mail."""
    for code in CODES[kind]:
        letter = sample_letter(kind, code, "nl")
        assert compose(letter, replace(FACTS, ledger=Ledger(), creditor=None)).text


@pytest.mark.parametrize("sample", list(samples("de")), ids=lambda s: s.name)
def test_an_answer_button_writes_to_us_and_carries_the_token(sample: Sample) -> None:
    """Every link opens an answer to our own address, whose subject ties it to this mail (RFC 6068)."""
    mail = compose(sample.letter, sample.facts)
    links = [str(a.attributes["href"]) for a in LexborHTMLParser(mail.html).css("a")]
    if sample.letter.kind in (LetterKind.STATEMENT, LetterKind.QUESTION):
        assert links
    for link in links:
        address, _, query = link.removeprefix("mailto:").partition("?")
        fields = parse_qs(query)
        assert (link[:7], address, set(fields)) == ("mailto:", "relance@agence.example", {"subject", "body"})
        raw = f"From: x@y.example\r\nTo: {address}\r\nSubject: {fields['subject'][0]}\r\n\r\n{fields['body'][0]}"
        assert tokens_in(parse_message(raw.encode())) == (mail.token,)


def test_a_correction_is_told_as_people_write_it() -> None:
    """Dates, amounts, accounts and references are shown in the reader's own way; nonsense is shown as it is."""
    changes = (
        ("due_date", "", "2027-04-30"),
        ("total", "1200.00 EUR", "1210.5 EUR"),
        ("iban", "", "BE68539007547034"),
        ("reference", "", "090933755493"),
        ("issue_date", "2027-99-99", "2027-13-01"),
    )
    text = compose(
        replace(sample_letter(LetterKind.CORRECTED, "followed", "de"), changes=changes), sample_facts("de")
    ).text
    for shown in ("30.04.2027", "1.210,50\u00a0€", "BE68 5390 0754 7034", "+++090/9337/55493+++", "2027-13-01"):
        assert shown in text


def test_a_credit_note_is_acknowledged_as_one() -> None:
    """What is not a plain invoice is named; fields that repeat others are left out."""
    letter = sample_letter(LetterKind.ACKNOWLEDGEMENT, "registered", "fr")
    note = replace(letter.readings[0], kind=replace(letter.readings[0].kind, value=DocumentKind.CREDIT_NOTE))
    same = replace(note, amount_due=note.total)
    text = compose(replace(letter, readings=(same,)), FACTS).text
    assert "Note de crédit" in text
    assert "À payer" not in text


def test_a_settled_item_tells_its_end() -> None:
    """The answer to a status question tells everything that happened, in order."""
    item = FACTS.ledger.items["i1"]
    settled = replace(item, state=ItemState.SETTLED, settled_at=FACTS.now)
    letter = replace(sample_letter(LetterKind.STATUS, "", "fr"), items=("i1",))
    text = compose(letter, replace(FACTS, ledger=FACTS.ledger.having((settled,)))).text
    told = ["prise en charge", "relevé envoyé", "paiement reçu", "soldée"]
    assert [text.index(word) for word in told] == sorted(text.index(word) for word in told)


def test_a_notice_of_a_statement_tells_its_total() -> None:
    """What was asked for is told to the creditor in one figure."""
    letter = replace(sample_letter(LetterKind.ACTION_NOTICE, "statement_sent", "en"), amount=None)
    assert "€1,842.51" in compose(letter, sample_facts("en")).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [LetterKind.STATEMENT, LetterKind.RECEIPT, LetterKind.PROOF_REQUEST])
def test_a_debtor_reads_how_to_make_sure_who_writes(kind: LetterKind, language: str) -> None:
    """Who writes for whom, and the creditor's own phone and website from his file; his address where he gave neither."""
    facts = sample_facts(language)
    letter = next(s.letter for s in samples(language) if s.letter.kind is kind)
    assert facts.creditor is not None
    for known, told in (
        (facts.creditor, (facts.creditor.phone, facts.creditor.website)),
        (replace(facts.creditor, phone="", website=""), tuple(facts.creditor.address.splitlines())),
    ):
        mail = compose(letter, replace(facts, creditor=known))
        for part in (mail.text, LexborHTMLParser(mail.html).css_first("body").text()):
            footer = " ".join(part.split())[-700:]
            assert all(" ".join(words.split()) in footer for words in (facts.agency.name, known.name, *told))
