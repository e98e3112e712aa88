"""A collector earns by phase, tells each creditor once a month, and never asks a debtor for his fee."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.config import load
from agent.demo.cast import OPERATOR
from agent.domain.ledger import ItemState
from agent.domain.phases import Phase
from agent.service.fees import kept_statements, reckoned
from agent.service.tick import set_timers
from tests.service.world import BRUNO, CHLOE, ELS, World

BRUSSELS = ZoneInfo("Europe/Brussels")
COLLECTOR = """
[legal]
operator = "collector"
[fees]
vat_percent = "21"
copy_to_operator = true
encaissement = [{ percent = "2" }]
recouvrement = [{ percent = "25", age_to = 30 }, { percent = "12" }]
"""
OWNER, COLLEAGUE = "bruno@atelier-bruno.example", "chloe@atelier-bruno.example"


def collector(folder: Path, agreed: str = "", *, legal: str = COLLECTOR) -> World:
    """The story's world run by a third party that collects; `agreed` is the [fees] of the first creditor."""
    world = World.built(folder)
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write(legal)
    with (folder / "creditors/atelier-bruno.toml").open("a", encoding="utf-8") as creditor:
        creditor.write(f"[fees]\n{agreed}\n")
    world.app = world.app.with_settings(load(folder / "config.toml"))
    set_timers(world.app)
    return world


@pytest.fixture
def world(tmp_path: Path):
    stage = collector(tmp_path)
    yield stage
    stage.close()


def phases(world: World, number: str = "2026-501") -> list[Phase]:
    return [change.phase for change in world.items()[number].phases]


def go_to(world: World, day: date, hour: int = 9) -> None:
    world.at(day, hour)
    world.work()


def statements(world: World, address: str = OWNER) -> list[str]:
    """The fee statements that an address got, by their text."""
    found = (m.get_body(("plain",)).get_content() for m in world.mails(address) if m["Subject"].startswith("Frais"))
    return list(found)


def test_a_payment_that_the_owner_reports_is_on_the_statement_of_the_month(world):
    """One mail on the configured day with its workbook, a copy to the operator, and each line names its proof."""
    world.hand_over("2026-501")
    world.write(BRUNO, "La facture 2026-501 est payée.")
    assert world.items()["2026-501"].state is ItemState.SETTLED
    go_to(world, date(2026, 3, 31))
    assert not statements(world)
    go_to(world, date(2026, 4, 1))
    (text,) = statements(world)
    assert "2026-501" in text
    assert "2\u00a0%" in text
    assert "votre message" in text
    assert statements(world, OPERATOR) != []
    files = [p.get_filename() for m in world.mails(OWNER) for p in m.iter_attachments()]
    assert "Relevé de frais-2026-03.xlsx" in files
    (kept,) = kept_statements(world.app.store, "atelier-bruno", date(2026, 3, 1))
    (line,) = kept.lines
    assert line.fee == (line.collected.amount * Decimal("0.02")).rounded()
    assert world.app.store.seen(line.collected.evidence).sender == OWNER


def test_a_restart_sends_nothing_twice_and_missed_months_are_caught_up(world):
    """However often the timers are set; a month without payments is passed over in silence."""
    world.hand_over("2026-501")
    world.write(BRUNO, "La facture 2026-501 est payée.")
    go_to(world, date(2026, 4, 1))
    world.hand_over("2026-502")
    world.write(BRUNO, "La facture 2026-502 est payée.")
    for _ in range(3):
        set_timers(world.app)
        world.work()
    assert len(statements(world)) == 1
    go_to(world, date(2026, 8, 20))
    set_timers(world.app)
    world.work()
    assert len(statements(world)) == 2
    assert "2026-502" in statements(world)[1]
    assert "2026-501" not in statements(world)[1]
    assert world.app.store.note("fees:atelier-bruno") == "2026-08"


def test_a_payment_taken_back_next_month_is_a_negative_line_at_its_own_rate(tmp_path):
    """Whatever rate is agreed by then: what was charged is given back."""
    world = collector(tmp_path, 'encaissement = "1"')
    world.hand_over("2026-501")
    world.write(BRUNO, "La facture 2026-501 est payée.")
    go_to(world, date(2026, 4, 2))
    file = tmp_path / "creditors/atelier-bruno.toml"
    file.write_text(file.read_text().replace('encaissement = "1"', 'encaissement = "5"'))
    world.app = world.app.with_settings(load(tmp_path / "config.toml"))
    world.write(BRUNO, "Défaire 2026-501")
    go_to(world, date(2026, 5, 4))
    (march,) = kept_statements(world.app.store, "atelier-bruno", date(2026, 3, 1))
    (april,) = kept_statements(world.app.store, "atelier-bruno", date(2026, 4, 1))
    assert (march.lines[0].percent, april.lines[0].percent) == (Decimal(1), Decimal(1))
    assert march.total + april.total == march.total - march.total
    world.close()


def test_each_creditor_sees_his_own_lines_only(world):
    """One creditor's statement holds nothing of another's."""
    world.hand_over("2026-501")
    world.write(BRUNO, "La facture 2026-501 est payée.")
    go_to(world, date(2026, 4, 1))
    assert "2026-501" not in world.text(ELS.partition("<")[2].strip(">"))
    assert (
        reckoned(world.app.store, world.app.settings, world.app.settings.creditor("van-damme"), date(2026, 3, 1)) == ()
    )


def test_the_owner_passes_an_invoice_into_recovery_and_out_of_it(world):
    """Friendly statements stop, the operator hears of it, the phase is dated; it can be undone, and ended in words."""
    world.hand_over("2026-501")
    world.write(BRUNO, "Passez 2026-501 en recouvrement.")
    item = world.items()["2026-501"]
    assert (item.state, phases(world)) == (ItemState.ESCALATED, [Phase.RECOUVREMENT])
    assert item.phases[0].on == date(2026, 3, 10)
    assert item.phases[0].age > 0
    assert "2026-501" in world.text(OPERATOR)
    assert any("Mise en recouvrement" in str(mail["Subject"]) for mail in world.mails(OWNER))
    assert not any("dossier" in str(mail["Subject"]) for mail in world.mails(OWNER))
    assert "vous prenez la suite" not in " ".join(world.text(OWNER).split())
    world.reply(BRUNO, "2026-501", "Annuler")
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    assert phases(world)[-1] is Phase.ENCAISSEMENT
    world.write(BRUNO, "2026-501 en recouvrement svp")
    world.write(BRUNO, "Plus de recouvrement pour 2026-501.")
    assert (world.items()["2026-501"].state, phases(world)[-1]) == (ItemState.FOLLOWED, Phase.ENCAISSEMENT)


def test_staff_and_debtors_pass_nothing_into_recovery(world):
    """A colleague is told that only the owner decides; a debtor's mail changes nothing."""
    world.hand_over("2026-501")
    world.write(CHLOE, "Passez 2026-501 en recouvrement.")
    world.write("Compta <compta@batiplus.example>", "Passez 2026-501 en recouvrement.")
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    assert phases(world) == []


def test_handed_over_in_recovery_by_the_owners_words(world):
    """The mandate that came along is kept and named, what he told of reminders is kept, and the acknowledgement says so."""
    from tests.walks.invoices import ubl

    told = "À recouvrer. Deux rappels envoyés en janvier, restés sans réponse."
    world.write(BRUNO, told, f_xml=ubl("2026-501"), mandat_pdf=b"%PDF-1.4 signed")
    assert phases(world) == [Phase.RECOUVREMENT]
    assert world.items()["2026-501"].state is not ItemState.ESCALATED
    entered = [e.event for e in world.app.store.events(world.items()["2026-501"].id)][-1]
    assert entered.mandate == "mandat.pdf"
    assert world.app.store.document(entered.document) == b"%PDF-1.4 signed"
    assert "Deux rappels" in entered.history
    (acknowledged,) = [m for m in world.mails(OWNER) if m["Subject"].startswith("Prise en charge")]
    text = " ".join(acknowledged.get_body(("plain",)).get_content().split())
    assert "en recouvrement dès aujourd’hui (mandat : mandat.pdf)" in text
    assert "abîmé" not in text


def test_a_colleague_hands_over_in_recovery_and_is_told_that_the_owner_decides(world):
    """The invoice is followed as usual meanwhile."""
    from tests.walks.invoices import ubl

    world.write(CHLOE, "À recouvrer.", f_xml=ubl("2026-501"))
    assert phases(world) == []
    assert "titulaire" in world.text(COLLEAGUE)


def test_a_creditor_may_have_agreed_on_recovery_for_all(tmp_path):
    """Then everybody's invoices come in recovery, with the rate of their age."""
    world = collector(tmp_path, 'phase = "recouvrement"')
    world.hand_over("2026-501", sender=CHLOE)
    assert phases(world) == [Phase.RECOUVREMENT]
    world.write(BRUNO, "La facture 2026-501 est payée.")
    (statement,) = reckoned(world.app.store, world.app.settings, world.app.settings.creditors[0], date(2026, 3, 1))
    assert statement.lines[0].phase is Phase.RECOUVREMENT
    assert statement.lines[0].percent == Decimal(12)
    world.close()


def test_who_works_for_himself_has_neither_phases_nor_fees(tmp_path):
    """The same words hand the invoice over, and no month is stated; leaving the mode drops what waited."""
    world = collector(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(config.read_text().replace('operator = "collector"', 'operator = "creditor"'))
    world.app = world.app.with_settings(load(config))
    set_timers(world.app)
    assert world.app.store.note("fees:atelier-bruno") is None
    world.hand_over("2026-501")
    world.hand_over("2026-502")
    world.write(BRUNO, "Passez 2026-501 en recouvrement.")
    world.write(BRUNO, "La facture 2026-502 est payée.")
    assert world.items()["2026-501"].state is ItemState.ESCALATED
    assert phases(world) == []
    go_to(world, date(2026, 4, 1))
    assert statements(world) == []
    world.close()


def test_no_debtor_ever_reads_of_a_fee(world):
    """A commission is the creditor's to pay: no mail to a debtor names it, nor may its templates."""
    world.hand_over("2026-501")
    world.days(12)
    debtor = world.mails("compta@batiplus.example")
    assert all("frais d’encaissement" not in str(m).lower() for m in debtor)
    root = Path(__file__).parents[2]
    for name in ("statement", "receipt", "proof_request", "payment_plan", "claim", "account"):
        for template in root.glob(f"templates/*/{name}.j2"):
            assert "fee" not in template.read_text(encoding="utf-8"), template
    for module in ("reports/statement", "domain/dunning", "domain/overdue", "domain/claims", "outbox/paying"):
        path = root / f"agent/{module}.py"
        assert not path.exists() or "agent.domain.fees" not in path.read_text(encoding="utf-8"), module


def test_what_was_sent_stays_as_it_was(world):
    """The statement is kept whole, whatever rates and invoices become."""
    world.hand_over("2026-501")
    world.write(BRUNO, "La facture 2026-501 est payée.")
    go_to(world, date(2026, 4, 1))
    note = world.app.store.note("fees:atelier-bruno:2026-03")
    kept = json.loads(world.app.store.document(note))
    assert kept[0]["creditor"] == "atelier-bruno"
    assert datetime.fromisoformat(kept[0]["start"]).date() == date(2026, 3, 1)
