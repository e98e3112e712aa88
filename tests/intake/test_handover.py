"""Which addresses of a handed-over invoice may be the debtor's, and in which order people mean them."""

from agent.domain.decide import AddressHint
from agent.intake.handover import hints_of
from agent.mail.message import Address, parse_message

OURS = "relances@comptoir.example"


def mail(to=OURS, cc=""):
    return parse_message(f"From: o@acme.example\r\nTo: {to}\r\nCc: {cc}\r\nSubject: x\r\n\r\n".encode())


def test_recipients_come_before_the_forwarded_originals_and_those_before_what_is_told():
    """He sent it to the debtor with us in copy; or forwards what he sent; or writes an address in words."""
    found = hints_of(
        mail(f"Client <a@client.example>, {OURS}", "Jo <b@client.example>"),
        [Address("c@client.example", "Vendu")],
        ["D@Client.example"],
        [OURS],
    )
    assert found == (
        AddressHint("a@client.example", "recipient", "Client"),
        AddressHint("b@client.example", "recipient", "Jo"),
        AddressHint("c@client.example", "forwarded", "Vendu"),
        AddressHint("d@client.example", "told"),
    )


def test_one_address_is_named_once_by_what_says_most():
    """Who is in To, in the original and in the words is one, and his name is that of the first place."""
    found = hints_of(mail("Jo <a@client.example>"), [Address("a@client.example", "Other")], ["a@client.example"], [])
    assert found == (AddressHint("a@client.example", "recipient", "Jo"),)


def test_we_and_nobody_are_no_debtor():
    """Our own addresses are left out wherever they stand, and so is a recipient that cannot be read."""
    ours = [OURS, "box@comptoir.example"]
    originals = [Address("box@comptoir.example"), Address(""), Address("a@client.example")]
    assert hints_of(mail("undisclosed-recipients:;", OURS), originals, ["BOX@comptoir.example"], ours) == (
        AddressHint("a@client.example", "forwarded"),
    )
