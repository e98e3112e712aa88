"""Keys of received mails, our Message-IDs and the reply tokens in them."""

from agent.mail.identity import message_key, own_message_id, printed_token, reply_token, tokens_in
from agent.mail.message import parse_message

SECRET = b"s" * 32
TOKEN = reply_token(SECRET, "case-1", "Compta@Debtor.example")
RAW = b"Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\nFrom: a@x\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nSubject: S\nMessage-ID: <1@x>\n\npay\xc3\xa9\n"


def test_a_copy_that_came_another_way_has_the_same_key():
    """Received lines, line ends and transfer encodings do not count."""
    other = RAW.replace(b"from a by b", b"from c by d").replace(b"\n", b"\r\n")
    encoded = RAW.replace(b"pay\xc3\xa9", b"pay=C3=A9").replace(
        b"\n\n", b"\nContent-Transfer-Encoding: quoted-printable\n\n", 1
    )
    assert message_key(RAW) == message_key(other) == message_key(encoded) == parse_message(RAW).key


def test_two_mails_under_one_message_id_have_two_keys():
    """Text, subject, sender and date count."""
    changed = [
        RAW.replace(b"pay", b"PAY"),
        RAW.replace(b"Subject: S", b"Subject: T"),
        RAW.replace(b"From: a@x", b"From: b@x"),
    ]
    assert len({message_key(raw) for raw in (RAW, *changed)}) == 4


def test_a_token_belongs_to_one_case_and_address():
    """The same in any case of letters, another for another case, address or secret."""
    assert reply_token(SECRET, "case-1", "compta@debtor.example") == TOKEN
    others = {
        reply_token(SECRET, "case-2", "a@x"),
        reply_token(SECRET, "case-1", "a@x"),
        reply_token(b"t", "case-1", "a@x"),
        TOKEN,
    }
    assert len(others) == 4
    assert len(TOKEN) == 16


def test_a_token_is_found_wherever_an_answer_carries_it():
    """In the mail it answers, the references, a plus address, the subject, and the quoted footer, also broken by a line."""
    identifier = own_message_id(TOKEN, "statement:a:b:EUR:1", "relance.example")
    printed = printed_token(TOKEN)
    broken = printed[:12] + "\n> " + printed[12:]
    for header in (
        f"In-Reply-To: {identifier}\n\nx",
        f"References: <0@x> {identifier}\n\nx",
        f"Delivered-To: relance+{TOKEN}@relance.example\n\nx",
        f"Subject: Re: {printed}\n\nx",
        f"\n> {printed.lower()}",
        f"\n> {broken}",
        f"Content-Type: text/html\n\n<blockquote>{printed}</blockquote>",
    ):
        assert tokens_in(parse_message(f"From: a@x\n{header}".encode())) == (TOKEN,), header
    assert tokens_in(parse_message(b"From: a@x\n\nRL-ABCD-EFGH")) == ()


def test_our_message_id_is_the_same_for_the_same_mail():
    """Fixed by token and outbox key."""
    assert own_message_id(TOKEN, "k", "d") == own_message_id(TOKEN.upper(), "k", "d") != own_message_id(TOKEN, "l", "d")
