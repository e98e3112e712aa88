"""Pressing the buttons of a mail as a mail client does: the link opened, the text sent as it is or edited."""

from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs

from selectolax.lexbor import LexborHTMLParser

from agent.demo import mails
from tests.service.world import World


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a mail: its label, and the mail that it opens."""

    label: str
    to: str
    subject: str
    body: str

    @property
    def token(self) -> str:
        """Its action token."""
        return next(word for word in self.subject.split() if word.startswith("RA-"))


def buttons(mail: EmailMessage) -> dict[str, Button]:
    """The buttons of a mail by label, of which the first of each counts; plain links to an answer are left out."""
    tree = LexborHTMLParser(mail.get_body(("html",)).get_content())
    found: dict[str, Button] = {}
    for link in tree.css("a[href^='mailto:']"):
        to, _, query = str(link.attributes["href"]).removeprefix("mailto:").partition("?")
        fields = parse_qs(query, keep_blank_values=True, strict_parsing=True)
        button = Button(link.text().strip(), to, fields["subject"][0], fields["body"][0])
        if "RA-" in button.subject:
            found.setdefault(button.label, button)
    return found


def press(world: World, sender: str, button: Button, body: str = "", *, proved: bool = True, subject: str = "") -> None:
    """Send what the button opened, its text edited when `body` says so."""
    pen = world.pen(sender, proved=proved)
    world.post(mails.letter(pen, button.to, subject or button.subject, body or button.body))
