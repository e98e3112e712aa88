"""The creditor's logo heads the mails and letters to his debtors, and no others."""

from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from agent.demo.samples.books import creditor, sample_facts
from agent.demo.samples.codes import CODES
from agent.demo.samples.letters import sample_letter, samples
from agent.demo.samples.logo import sample_logo
from agent.domain.letters import TO_DEBTORS, LetterKind
from agent.domain.parties import Logo
from agent.mail.message import parse_message
from agent.outbox.assemble import assemble
from agent.outbox.compose import composed
from agent.outbox.logo import LOGO_CID, shown_size
from agent.outbox.printed import printed


def test_mails_to_debtors_carry_it_and_others_do_not() -> None:
    """A picture with the creditor's name in its place, at the size that Outlook goes by."""
    own = replace(creditor("fr"), logo=sample_logo())
    for kind, codes in CODES.items():
        mail, _ = composed(sample_letter(kind, codes[0], "fr"), replace(sample_facts("fr"), creditor=own))
        shown = LexborHTMLParser(mail.html).css("img.logo")
        carried = [part for part in mail.parts if part.cid == LOGO_CID]
        assert len(shown) == len(carried) == (kind in TO_DEBTORS), kind
        for image in shown:
            told = image.attributes
            assert (told["src"], told["alt"]) == (f"cid:{LOGO_CID}", own.name)
            assert (told["width"], told["height"]) == ("153", "48")


def test_without_a_logo_the_name_heads_the_mail() -> None:
    """As long as the creditor has none."""
    mail, _ = composed(sample_letter(LetterKind.STATEMENT, "friendly", "fr"), sample_facts("fr"))
    assert "Menuiserie Lefèvre SRL" in (LexborHTMLParser(mail.html).css_first(".masthead").text())
    assert not [part for part in mail.parts if part.cid == LOGO_CID]


def test_it_travels_inside_the_mail() -> None:
    """The bytes of the mail hold the very picture, as a part that the page names."""
    sample = next(s for s in samples("nl") if s.name == "statement-logo")
    kept: dict[str, bytes] = {}

    def keep(content: bytes) -> str:
        kept[str(len(kept))] = content
        return str(len(kept) - 1)

    mail, _ = composed(sample.letter, replace(sample.facts, keep=keep))
    parts = parse_message(assemble(mail, kept.get)).attachments
    assert sample_logo().content in [part.content for part in parts]


def test_a_logo_keeps_its_shape_within_its_room() -> None:
    """At most 48 points high and 220 wide, never enlarged."""
    sizes = {(660, 20): (220, 7), (144, 144): (48, 48), (30, 20): (30, 20), (16, 144): (5, 48), (660, 16): (220, 5)}
    for (width, height), shown in sizes.items():
        assert shown_size(Logo(b"", width, height)) == shown


def test_it_stands_on_the_letterhead() -> None:
    """The letter on paper shows it too, and stays PDF/A with any shape."""
    sample = next(s for s in samples("de") if s.name == "statement-logo")
    _, page = composed(sample.letter, sample.facts)
    plain = printed(replace(page, creditor=replace(page.creditor, logo=b"")), {})
    headed = printed(page, {})
    assert headed.count(b"/Subtype/Image") + headed.count(b"/Subtype /Image") > plain.count(b"/Subtype/Image")
