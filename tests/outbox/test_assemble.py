import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.demo.samples.books import sample_facts
from agent.demo.samples.letters import copies, sample_letter
from agent.domain.letters import LetterKind
from agent.errors import PermanentError
from agent.mail.outgoing import OutgoingMail, Part
from agent.outbox.assemble import assemble
from agent.outbox.compose import compose

LETTER = sample_letter(LetterKind.STATEMENT, "friendly", "fr")
KEPT: dict[str, bytes] = {"a" * 64: b"%PDF-1.4\n" + bytes(range(256)) * 40}


def keep(content: bytes) -> str:
    sha = str(len(content)).rjust(64, "0")
    KEPT[sha] = content
    return sha


MAIL = compose(LETTER, replace(sample_facts("fr"), keep=keep, invoice_copies=copies("2027-041")))


def parsed(mail: OutgoingMail) -> EmailMessage:
    return email.message_from_bytes(assemble(mail, KEPT.get), policy=email.policy.default)  # type: ignore[return-value]


def test_the_same_mail_gives_the_same_bytes() -> None:
    """Assembling is a function; a second copy of one mail is byte for byte the first."""
    assert assemble(MAIL, KEPT.get) == assemble(MAIL, KEPT.get)


def test_its_structure_and_contents_come_back() -> None:
    """mixed > related > alternative, with text, HTML, picture and file exactly as they went in."""
    message = parsed(MAIL)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/related",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "image/png",
        "application/pdf",
        "application/pdf",
    ]
    assert not message.defects
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == MAIL.text
    pdf = next(message.iter_attachments())
    files = [part for part in message.walk() if part.get_filename() == "2027-041.pdf"]
    assert files[0].get_content() == KEPT["a" * 64]
    assert pdf is not None
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<payment-code>"


def test_headers_follow_the_rules() -> None:
    """Threading, automatic marks and answers are where mail systems look for them; nothing speaks of a list."""
    message = parsed(MAIL)
    assert message["Message-ID"] == MAIL.message_id
    assert message["In-Reply-To"] == message["References"] == "<one@agence.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses[0].addr_spec == "relance@agence.example"
    assert message["From"].addresses[0].display_name == "Menuiserie Lefèvre SRL via Relance"
    assert message["Reply-To"] == "relance@agence.example"
    assert message["Content-Language"] == "fr"
    assert not [name for name in message if name.lower().startswith("list-") or name.lower() == "precedence"]


def test_the_date_is_that_of_sending() -> None:
    """The time of sending when it is known, else the first moment at which it may leave."""
    assert parsed(MAIL)["Date"].datetime == MAIL.queued_at
    sent = datetime(2027, 4, 13, 8, 0, tzinfo=UTC)
    assert parsed(replace(MAIL, sent_at=sent))["Date"].datetime == sent
    assert parsed(replace(MAIL, not_before=sent))["Date"].datetime == sent


def test_lines_fit_and_end_as_mail_wants() -> None:
    """CRLF throughout, no line over 998 octets, headers ASCII (RFC 5322 section 2.1.1)."""
    raw = assemble(replace(MAIL, text="é" * 5000 + "\n.\nFrom here", subject="Ünïcödé " * 30), KEPT.get)
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()


@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=200))
def test_no_text_injects_a_header(subject: str, name: str, filename: str) -> None:
    """Whatever a subject, a name or a file name holds, the headers are the same ones."""
    part = Part(filename, "application/pdf", "a" * 64, 1)
    message = parsed(replace(MAIL, subject=subject, sender_name=name, parts=(part,)))
    assert sorted(message.keys()) == sorted(k for k in (*parsed(MAIL).keys(),))
    assert message["From"].addresses[0].addr_spec == "relance@agence.example"
    assert message["To"] == "compta@brasserie.example"
    attached = [p for p in message.walk() if p.get_content_disposition() == "attachment"]
    assert len(attached) == 1


@pytest.mark.parametrize(
    "filename",
    ["Rechnung März 2027.pdf", 'facture "n° 1".pdf', "../../etc/passwd", "شركة.pdf", "a" * 300 + ".pdf", "日本語" * 30],
)
def test_file_names_come_back(filename: str) -> None:
    """Names in any script survive (RFC 2231); a path in one never does."""
    part = Part(filename, "application/pdf", "a" * 64, 1)
    message = parsed(replace(MAIL, parts=(part,)))
    name = next(p.get_filename() for p in message.walk() if p.get_filename())
    assert name is not None
    assert "/" not in name
    assert name[:30] == filename.replace("../", "__").replace("/", "_").replace('"', "_")[:30]


@pytest.mark.parametrize(
    ("filename", "clean"),
    [
        ("CON.pdf", "_CON.pdf"),
        ("invoice.pdf::$DATA", "invoice.pdf___DATA"),
        ("-rf", "rf"),
        ("~/.ssh/x", "_.ssh_x"),
        ("..\uff0f..\uff0fx.pdf", "____x.pdf"),
        ("..%2fx.pdf%00.exe", "__2fx.pdf_00.exe"),
        ("a`id`$(id);b.pdf", "a_id__(id)_b.pdf"),
        (" .. ", "_"),
        ("...", "_"),
        (".", "file"),
    ],
)
def test_no_file_name_means_something_to_a_system(filename: str, clean: str) -> None:
    """Devices, streams, paths of any slash, shells and hidden files are none when they are saved."""
    message = parsed(replace(MAIL, parts=(Part(filename, "application/pdf", "a" * 64, 1),)))
    assert [p.get_filename() for p in message.walk() if p.get_filename()] == [clean]


@pytest.mark.parametrize(
    "broken",
    [
        {"to": ("a@b.example\r\nBcc: x@y.example",)},
        {"to": ("a@b.example, c@d.example",)},
        {"to": ()},
        {"to": ("nobody",)},
        {"to": ("é@b.example",)},
        {"cc": ("<x@y.example>",)},
        {"sender": "relance"},
        {"message_id": "<a@b>\r\nX: y"},
        {"parts": (Part("x.pdf", "application/pdf", "f" * 64, 1),)},
    ],
)
def test_what_can_never_be_sent_is_refused(broken: dict[str, object]) -> None:
    """An unusable address, id or file parks this one mail."""
    with pytest.raises(PermanentError):
        assemble(replace(MAIL, **broken), KEPT.get)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "strange", ["<a b>", "<é@x>", "<a@b>\r\nBcc: x@y.example", "<=?utf-8?Q?=0D=0ABcc:x?=@x>", "<>", "a@b"]
)
def test_an_id_that_no_header_can_hold_costs_the_thread_and_not_the_mail(strange: str) -> None:
    """Ids of others are repeated only where nothing in them could be read as more than an id."""
    message = parsed(replace(MAIL, in_reply_to=strange, references=(strange, "<good@x.example>")))
    assert message["In-Reply-To"] is None
    assert str(message["References"]) == "<good@x.example>"


def test_what_looks_like_an_encoded_word_is_shown_as_it_was_written() -> None:
    """Whoever writes =?…?= into a name or a number has it shown, not decoded (RFC 2047)."""
    trick = "2026-1 =?utf-8?Q?=0D=0ABcc:x@y.example?= x"
    message = parsed(replace(MAIL, subject=trick, sender_name=trick))
    assert message["Subject"] == trick
    assert message["From"].addresses[0].display_name == trick


def test_a_domain_of_another_script_is_sent_in_ascii() -> None:
    """An internationalised domain is written as DNS knows it."""
    assert parsed(replace(MAIL, to=("a@münchen.example",)))["To"] == "a@xn--mnchen-3ya.example"


def test_a_plain_mail_is_simple() -> None:
    """Without files the mail is just its two parts; without HTML just its text."""
    assert parsed(replace(MAIL, parts=())).get_content_type() == "multipart/alternative"
    assert parsed(replace(MAIL, parts=(), html="")).get_content_type() == "text/plain"


def test_a_long_thread_keeps_its_ends() -> None:
    """The first and the latest ids of a long conversation stay."""
    ids = tuple(f"<m{n}@x.example>" for n in range(100))
    kept = parsed(replace(MAIL, references=ids))["References"].split()
    assert kept[0] == ids[0]
    assert kept[-1] == ids[-1]
    assert len(kept) == 20


def test_a_strange_media_type_is_bytes() -> None:
    """A media type that is none cannot break the header."""
    part = Part("x", "text/html; charset=x\r\nX: y", "a" * 64, 1)
    message = parsed(replace(MAIL, parts=(part,)))
    assert "application/octet-stream" in [p.get_content_type() for p in message.walk()]
