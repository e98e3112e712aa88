"""Attacks on the dossier: what of another debtor may slip into it, and an archive that is not what was made."""

from datetime import date
from decimal import Decimal

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY, CAFE
from agent.domain.decide.bank_lines import BankLine
from agent.service import exhibits
from agent.service.dossier import case_of, meant
from agent.service.trail import Share, Step
from tests.service.test_dossier import dossier, files, text
from tests.service.world import CHLOE, DEBTOR, World

CAFE_MAIL = "gerance@cafedeshalles.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def test_a_movement_shared_with_a_namesake_is_told_in_part(world):
    """What was put on the account of "Batiplus Construct SA Namur" is not Batiplus Construct SA's, though its name begins alike."""
    world.hand_over("2026-501")
    store, settings = world.app.store, world.app.settings
    account, items = meant(store, "2026-501")
    case = case_of(store, settings, account, items, date(2026, 4, 1))
    (item,) = case.items
    line = BankLine(Decimal("181.00"), "EUR", date(2026, 3, 11), "bank 1", "Groupe Secret", "", "two customers")
    mine = Share("2026-501", Decimal("121.00"), account.id)
    other = Share(f"on the account of {account.name} Namur", Decimal("60.00"), "d-other")
    for shares, shown in (((mine,), True), ((mine, other), False)):
        step = Step(line.on, item.balance, "number", (), "", line, shares)
        assert ("Groupe Secret" in "\n".join(exhibits.movement_lines(case, [(item, step)]))) is shown


def test_what_only_the_html_of_a_mail_tells_counts(world):
    """A mail whose formatted part names another customer is no evidence of this case."""
    world.hand_over("2026-501")
    world.hand_over("2026-777", buyer=CAFE)
    mail = mails.letter(world.pen(CHLOE), AGENCY, "Facture", "Mettez 2026-501 en pause, merci beaucoup.")
    mail.add_alternative(
        "<p>Mettez 2026-501 en pause, merci beaucoup.</p><p>La 2026-777 de Café des Halles traîne.</p>", subtype="html"
    )
    world.post(mail)
    assert "Halles" not in text(dossier(world, "2026-501").archive)


def test_a_mail_that_another_debtor_gets_too_is_left_out(world):
    """His address in a header or in the text says who else is a customer."""
    world.hand_over("2026-501")
    world.hand_over("2026-777", buyer=CAFE)
    world.write(CHLOE, "Mettez 2026-501 en pause.", cc=f"La patronne <{CAFE_MAIL}>")
    world.write(CHLOE, f"Reprenez 2026-501. Écrivez aussi à {CAFE_MAIL}, qui traîne.")
    told = text(dossier(world, "2026-501").archive)
    assert CAFE_MAIL not in told
    assert "patronne" not in told


def test_a_file_whose_name_tells_of_another_debtor_stays_out(world):
    """The name of an enclosure is read as the words around it are."""
    world.hand_over("2026-501")
    world.hand_over("2026-777", buyer=CAFE)
    world.days(2)
    world.write(DEBTOR, "Voici la preuve.", **{"2026-777 Cafe des Halles_pdf": b"%PDF-1.4\n%%EOF\n"})
    found = files(dossier(world, "2026-501").archive)
    assert not [name for name in found if "Halles" in name]
    assert "Halles" not in text(dossier(world, "2026-501").archive)
