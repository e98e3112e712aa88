"""The owner is warned of mail by somebody made to look like him or like his debtor: what it resembles and what to do, once a day a sender."""

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.domain.payees import PayeeAccount
from agent.ports import Box
from tests.service.world import DEBTOR, ELS, MARY, World

OWNER, ENGLISH = "bruno@atelier-bruno.example", "mary@northgate.example"
WORDS = "Bonjour, merci de me rappeler demain à ce sujet."
NEW_IBAN = "Notre compte bancaire a changé, voici le nouveau : BE71 0961 2345 6769. Merci d'en tenir compte."


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    world.hand_over()
    world.days(1)
    yield world
    world.close()


def alerts(world, address=OWNER):
    found = [(str(m["Subject"]), m.get_body(("plain",)).get_content()) for m in world.mails(address)]
    return [(subject, " ".join(text.split())) for subject, text in found if "Alert" in subject]


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        ("Bruno <bruno@atelier-brunno.example>", "Le domaine atelier-brunno.example ressemble à atelier-bruno.example"),
        ("Bruno <bruno@ateller-bruno.example>", "ressemble à atelier-bruno.example"),
        ("Bruno Lambert <bl@mallory.example>", "Le nom affiché est celui de Bruno Lambert"),
        (
            '"bruno@atelier-bruno.example" <bl@mallory.example>',
            "Le nom affiché contient l’adresse bruno@atelier-bruno.example",
        ),
    ],
)
def test_the_owner_hears_who_was_imitated_and_what_to_do(world, sender, told):
    """Nothing is done, the sender gets no answer, and a second mail of that day brings no second warning."""
    before = len(list(world.app.store.events()))
    for _ in range(3):
        world.write(sender, WORDS)
    ((subject, text),) = alerts(world)
    assert "ressemble à une autre" in subject
    assert told in text
    assert "avant d’avoir appelé" in text
    assert len(list(world.app.store.events())) == before
    assert world.lying_in(Box.QUARANTINE) == 3
    world.days(1)
    world.write(sender, WORDS)
    assert len(alerts(world)) == 2


def test_it_is_told_in_his_language(world):
    """The owner of a firm who reads English."""
    world.write(MARY.replace("northgate", "northgale"), "Please send me the list of all invoices.")
    ((subject, text),) = alerts(world, ENGLISH)
    assert subject == "Alert: an email from an address that looks like another"
    assert "The domain northgale.example looks like northgate.example, but is another one." in text
    assert "Do not reply to it before you have telephoned" in text


def test_a_debtors_imitator_is_named_beside_the_case(world):
    """Who names an open case from a domain like the debtor's is shown, and told apart from him."""
    world.write("Compta <compta@batipluss.example>", "Facture 2026-501 : nous avons payé hier.")
    ((_, text),) = alerts(world)
    (shown,) = [m.get_body(("plain",)).get_content() for m in world.mails(OWNER) if "non vérifié" in str(m["Subject"])]
    assert "se faire passer pour" in " ".join(shown.split())
    assert "débiteur : " not in shown
    assert "Le domaine batipluss.example ressemble à batiplus.example" in text
    assert world.items()["2026-501"].holds == ()


def test_a_debtors_mail_whose_answer_goes_elsewhere_is_named(world):
    """His address without proof, and another one to reply to."""
    mail = mails.letter(world.pen(DEBTOR, proved=False), AGENCY, "Facture", "Facture 2026-501 : nous avons payé hier.")
    mail["Reply-To"] = "compta@mallory.example"
    world.post(mail)
    ((_, text),) = alerts(world)
    assert "Une réponse partirait vers compta@mallory.example" in text


@pytest.mark.parametrize("sender", ["Bruno <bruno@atelier-brunno.example>", "Bruno Lambert <bl@mallory.example>"])
def test_other_bank_details_in_his_name_are_named_as_fraud(world, sender):
    """Nothing is adopted or asked about; the warning says which trick, and whom to call."""
    world.write(sender, NEW_IBAN)
    ((subject, text),) = alerts(world)
    assert "autre compte bancaire" in subject
    assert "ressemble à atelier-bruno.example" in text or "est celui de Bruno Lambert" in text
    assert list(world.app.store.states(PayeeAccount)) == []


def test_people_who_look_like_nobody_raise_no_alarm(world):
    """Strangers, another creditor's owner, and the debtor himself."""
    world.write("Ivan <ivan@mallory.example>", "Bonjour, voici notre offre.")
    world.write(ELS, "waar staat 2026-501 ?")
    world.write(DEBTOR, "Facture 2026-501 : nous paierons le 20 mars.")
    assert alerts(world) == []


def test_a_flood_of_imitators_is_told_a_few_times_a_day(world):
    """Each with an address of its own: five warnings, no more."""
    for number in range(9):
        world.write(f"Bruno Lambert <x@mallory{number}.example>", WORDS)
    assert len(alerts(world)) == 5
