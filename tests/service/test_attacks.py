"""Attempts to break what Relance promises, each tried by mail against the whole program."""

from dataclasses import replace

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY, ATELIER, STUDIO, TECHNIEK
from agent.demo.documents import Party
from agent.domain.ledger import ItemState, Question
from agent.domain.parties import Person, Role
from agent.mail.identity import message_key, printed_token
from agent.mail.outgoing import OutboxState
from agent.outbox.compose import mail_id
from agent.outbox.rules import Cancel
from agent.ports import Box, Commit, Timer
from agent.service import handle, tick
from agent.service.dispatch import recheck
from tests.service.test_bank import camt
from tests.service.world import BRUNO, CHLOE, DEBTOR, ELS, MARY, TUESDAY, World
from tests.walks.invoices import ubl

BATIPLUS = "compta@batiplus.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def test_the_id_of_a_mail_of_ours_is_no_token(world):
    """Whoever forges a mail can work out the id of the question about it; only the token in the owner's mailbox answers it."""
    forged = mails.letter(world.pen(BRUNO, proved=False), AGENCY, "Facture", "À suivre")
    forged.add_attachment(ubl("2026-501"), maintype="application", subtype="xml", filename="f.xml")
    world.post(forged)
    assert world.sent() == ["proof"]
    guessed = printed_token(mail_id(f"proof:{message_key(forged.as_bytes())}"))
    world.write(BRUNO, f"oui\n\nRéférence {guessed}", proved=False)
    assert world.items() == {}


def test_yes_and_no_in_one_answer_is_no_yes(world):
    """Whoever says both has not confirmed."""
    world.hand_over(proved=False)
    question = world.received("bruno@atelier-bruno.example")[-1]
    world.post(mails.answer(world.pen(BRUNO, proved=False), question, "non\noui"))
    assert world.items() == {}


def test_a_kill_between_the_answer_and_the_mail_that_waited_loses_neither(world, monkeypatch):
    """The answer counts only once the mail that it confirmed is done."""
    world.hand_over(proved=False)
    question = world.received("bruno@atelier-bruno.example")[-1]
    real, killed = handle._do_what_waited, []

    def once_killed(*args):
        if not killed:
            killed.append(True)
            raise RuntimeError("killed")
        return real(*args)

    monkeypatch.setattr(handle, "_do_what_waited", once_killed)
    world.post(mails.answer(world.pen(BRUNO, proved=False), question, "oui"))
    world.work()
    assert "2026-501" in world.items()


@pytest.fixture
def early(tmp_path):
    """A world before the send window opens: what is handed over now is written to in the morning."""
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    yield world
    world.close()


def _queued(world, **more):
    """An overdue invoice whose statement is written and still waits in the outbox."""
    world.hand_over(**more)
    world.clock.set(TUESDAY)
    tick.run_due(world.app)
    assert [m.kind for m in world.app.store.outbox([OutboxState.QUEUED])] == ["statement"]


def test_a_statement_that_waits_is_not_sent_when_its_invoice_is_not_due_any_more(early):
    """The creditor moved the due date while the outbox waited."""
    _queued(early)
    early.write(BRUNO, "2026-501 échéance 31/12/2026")
    assert str(early.items()["2026-501"].invoice.due_date) == "2026-12-31"
    early.days(3)
    assert "statement" not in early.sent()


def test_a_statement_that_waits_is_not_sent_to_whom_the_invoice_is_not_for(early):
    """The creditor named another buyer while the outbox waited."""
    _queued(early)
    early.write(BRUNO, "2026-501 client : Menuiserie Tilleul SA")
    item = early.items()["2026-501"]
    account = early.app.store.ledger([item.invoice.debtor]).accounts[item.invoice.debtor]
    assert account.name == "Menuiserie Tilleul SA"
    first, _ = sorted(early.app.store.outbox([OutboxState.CANCELLED, OutboxState.SENT]), key=lambda m: m.queued_at)[1:3]
    assert (first.kind, first.state) == ("statement", OutboxState.CANCELLED)


def test_a_credit_note_that_arrives_stops_the_statement_that_waits(early):
    """The debtor owes nothing any more."""
    _queued(early)
    credit = ubl("NC-7").replace(b"<cbc:InvoiceTypeCode>380<", b"<cbc:InvoiceTypeCode>381<")
    early.write(BRUNO, f_xml=credit)
    assert early.items()["NC-7"].balance.amount == -121
    early.days(2)
    assert "statement" not in early.sent()


def test_a_cancelled_statement_cannot_be_sent_again(early):
    """A statement that failed was taken off the count; the operator's resend must not bring a second one."""
    _queued(early)
    (mail,) = early.app.store.outbox([OutboxState.QUEUED])
    early.write(BRUNO, "pause 2026-501 jusqu'au 13/03/2026")
    cancelled = early.app.store.mail(mail.id)
    assert cancelled.state is OutboxState.CANCELLED
    resend_again = replace(cancelled, state=OutboxState.QUEUED, note="queued again by hand")
    assert recheck(early.app, resend_again) == Cancel("the account does not count it any more", Commit())
    early.days(8)
    assert early.sent().count("statement") == 1


def test_an_amount_without_cents_is_still_reminded(world):
    """ "montant 150" and "150.00" are the same balance."""
    world.hand_over()
    world.write(BRUNO, "2026-501 montant 150")
    world.days(2)
    assert world.sent().count("statement") == 1


def test_asking_again_on_the_same_day_stops_nothing(world):
    """The owner chose to wait and changed his mind the same day: the question comes again, and the clock goes on."""
    world.hand_over()
    while "question" not in world.sent():
        world.days(1)
    world.choose(BRUNO, "2026-501", "3")
    world.write(BRUNO, "reprenez le suivi de 2026-501")
    world.days(2)
    assert world.sent().count("question") == 2


def test_escalating_leaves_alone_what_was_paid_meanwhile(world):
    """The question was about two invoices, one of them is settled."""
    world.write(BRUNO, a_xml=ubl("2026-501"), b_xml=ubl("2026-502"))
    while "question" not in world.sent():
        world.days(1)
    world.write(BRUNO, "payé 2026-501")
    world.choose(BRUNO, "2026-502", "4")
    assert world.items()["2026-501"].state is ItemState.SETTLED
    assert world.items()["2026-502"].state is ItemState.ESCALATED


def test_a_colleague_cannot_choose_what_only_the_owner_may(world):
    """Chloé answers the owner's question; it stays open for him."""
    world.hand_over()
    while "question" not in world.sent():
        world.days(1)
    question = world.latest(BRUNO, "2026-501")
    world.post(mails.answer(world.pen(CHLOE), question, "4"))
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    assert any(q.is_open for q in world.app.store.states(Question))
    world.post(mails.answer(world.pen(BRUNO), question, "4"))
    assert world.items()["2026-501"].state is ItemState.ESCALATED


def test_one_account_that_cannot_be_looked_at_stops_no_other(world, monkeypatch):
    """Whatever is wrong with one debtor, the clock goes on for the rest."""
    world.app.store.commit(Commit(timers=(Timer("account:broken", world.clock.now()),)))
    real = tick._account

    def failing(app, timer, id_):
        if id_ == "broken":
            raise ValueError("whatever")
        real(app, timer, id_)

    monkeypatch.setattr(tick, "_account", failing)
    world.hand_over()
    world.days(1)
    assert "statement" in world.sent()


def test_what_waits_for_a_summary_is_told_also_when_no_summary_is_wanted_any_more(world):
    """Notices are not lost with the setting."""
    world.app.store.commit(Commit(notes={"summary:atelier-bruno": '[["Bonne nouvelle", ""]]'}))
    tick.set_timers(world.app)
    world.days(2)
    assert "daily_summary" in world.sent()


def _questions_open(world):
    return [q for q in world.app.store.states(Question) if q.is_open]


def test_two_unclear_orders_in_one_mail_are_both_asked_about(world):
    """They are about the same invoices and must not take each other for the same question."""
    world.write(BRUNO, a_xml=ubl("2026-501"), b_xml=ubl("2026-502"))
    world.reply(BRUNO, "2026-501", "retirer la facture\nLa facture est contestée par le client.")
    assert world.lying_in(Box.QUARANTINE) == 0
    assert {i.state for i in world.items().values()} == {ItemState.FOLLOWED}
    assert len({q.detail for q in _questions_open(world)}) == len(_questions_open(world)) > 0


def test_letters_of_one_mail_never_take_each_others_place(world):
    """Two status questions in one mail get two answers."""
    world.hand_over("2026-501")
    world.hand_over("2026-502")
    world.write(BRUNO, "Où en est la facture 2026-501 ?\nOù en est la facture 2026-502 ?")
    assert world.sent().count("status") == 2


def test_words_that_the_owner_forwards_are_not_his_orders(world):
    """A debtor's mail, handed on without a word, settles and withdraws nothing."""
    world.hand_over()
    for said in ("Nous avons payé la facture 2026-501 hier.", "payé 2026-501", "retirer 2026-501"):
        forward = (
            "---------- Forwarded message ---------\nFrom: Compta <compta@batiplus.example>\n"
            f"Date: Tue, 10 Mar 2026 09:00:00 +0100\nSubject: facture 2026-501\nTo: Bruno <bruno@atelier-bruno.example>\n\n{said}\n"
        )
        world.write(BRUNO, forward)
    assert world.items()["2026-501"].state is ItemState.FOLLOWED


def test_a_currency_cannot_change_under_what_was_paid(world):
    """An account that mixes currencies could not be reckoned any more."""
    world.hand_over()
    world.write(BRUNO, "acompte de 50,00 reçu sur la facture 2026-501")
    world.write(BRUNO, "2026-501 devise : USD")
    item = world.items()["2026-501"]
    assert item.balance.currency == item.invoice.total.currency


def test_one_number_of_two_debtors_is_asked_about(world):
    """ "retirer 2026-501" names two invoices."""
    other = Party("Menuiserie Tilleul SA", "", "", "BE", "BE0885612374", "achats@tilleul.example")
    world.hand_over("2026-501")
    world.hand_over("2026-501", buyer=other)
    world.write(BRUNO, "retirer 2026-501")
    assert len([i for i in world.app.store.items() if i.state is ItemState.WITHDRAWN]) == 0


def test_a_payment_told_beside_an_invoice_is_not_overheard(world):
    """ "2026-501 is paid, here is the next one": both happen."""
    world.hand_over("2026-501")
    world.write(BRUNO, "La facture 2026-501 est payée. Voici la suivante.", f_xml=ubl("2026-502"))
    assert world.items()["2026-502"].state is ItemState.FOLLOWED
    assert world.items()["2026-501"].state is ItemState.SETTLED


def test_an_invoice_and_a_credit_note_of_one_number_are_two(world):
    """They cancel each other out, and the debtor is not reminded."""
    credit = ubl("2026-501").replace(b"<cbc:InvoiceTypeCode>380<", b"<cbc:InvoiceTypeCode>381<")
    world.write(BRUNO, f_xml=ubl("2026-501"), g_xml=credit)
    assert sorted(i.balance.amount for i in world.app.store.items()) == [-121, 121]
    world.days(3)
    assert "statement" not in world.sent()


def test_a_file_handed_over_again_after_its_number_was_corrected_is_known(world):
    """The same file is the same invoice, whatever number it has by now."""
    world.hand_over("2026-501")
    world.write(BRUNO, "2026-501 numéro : 2026-777")
    assert set(world.items()) == {"2026-777"}
    world.hand_over("2026-501")
    assert world.lying_in(Box.QUARANTINE) == 0
    assert set(world.items()) == {"2026-777"}


def _nobody(number, name=""):
    return ubl(number, buyer=Party(name, "", "", "BE", "", ""))


def test_buyers_without_a_name_do_not_meet(world):
    """Two invoices whose buyer cannot be read wait for two answers."""
    world.write(BRUNO, a_xml=_nobody("2026-501"), b_xml=_nobody("2026-502"))
    assert world.lying_in(Box.QUARANTINE) == 0
    assert set(world.items()) == {"2026-501", "2026-502"}


def test_a_buyer_with_a_short_name_is_met_again(world):
    """Names too short for the index are found all the same."""
    world.write(BRUNO, a_xml=_nobody("2026-501", "3M"))
    world.write(BRUNO, a_xml=_nobody("2026-502", "3M"))
    assert world.lying_in(Box.QUARANTINE) == 0
    assert len({i.invoice.debtor for i in world.items().values()}) == 1


def test_naming_a_buyer_who_is_known_already_finds_him(world):
    """A correction leads to the account that is there."""
    world.write(BRUNO, a_xml=_nobody("2026-501", "Menuiserie Tilleul"))
    world.write(BRUNO, a_xml=_nobody("2026-502", "Menuizerie"))
    world.write(BRUNO, "2026-502 client : Menuiserie Tilleul")
    assert world.lying_in(Box.QUARANTINE) == 0
    assert len({i.invoice.debtor for i in world.items().values()}) == 1


FIDU = "Fidu <compta@fidu.example>"


@pytest.fixture
def shared(world):
    """A world in which one bookkeeper is staff of two creditors and viewer of the third."""
    roles = {"atelier-bruno": Role.STAFF, "van-damme": Role.STAFF, "northgate": Role.VIEWER}
    creditors = tuple(
        replace(c, people=(*c.people, Person("compta@fidu.example", roles[c.id], "Fidu")))
        for c in world.app.settings.creditors
    )
    world.app = world.app.with_settings(replace(world.app.settings, creditors=creditors))
    return world


def _states(world):
    return {(i.creditor, i.invoice.number): i.state for i in world.app.store.items()}


def test_a_viewer_of_one_creditor_is_a_viewer_there_whatever_he_is_elsewhere(shared):
    """Rights at one creditor are no rights at another."""
    shared.write(MARY, f_xml=ubl("NG-2026-1", seller=STUDIO))
    assert _states(shared) == {("northgate", "NG-2026-1"): ItemState.FOLLOWED}
    shared.write(FIDU, "payé NG-2026-1")
    shared.post(mails.answer(shared.pen(FIDU), shared.received("mary@northgate.example")[-1], "payé NG-2026-1"))
    shared.write(FIDU, f_xml=ubl("NG-2026-2", seller=STUDIO))
    assert _states(shared) == {("northgate", "NG-2026-1"): ItemState.FOLLOWED}


def test_one_mail_with_invoices_of_two_creditors_gives_each_his_own(shared):
    """Both are registered in one go, and each owner hears of his invoice and of nothing else."""
    shared.write(
        FIDU,
        f_xml=ubl("2026-601", seller=ATELIER),
        g_xml=ubl("2026-602", seller=TECHNIEK),
    )
    assert set(_states(shared)) == {("atelier-bruno", "2026-601"), ("van-damme", "2026-602")}
    bruno, els = shared.text("bruno@atelier-bruno.example"), shared.text("els@vandamme.example")
    assert "2026-601" in bruno
    assert "2026-602" not in bruno
    assert "2026-602" in els
    assert "2026-601" not in els
    assert len(shared.mails("compta@fidu.example")) == 2
    assert shared.app.store.verify() == []


def test_one_number_of_two_creditors_is_asked_about(shared):
    """The bookkeeper of both says only a number: nobody's invoice is settled by chance."""
    shared.hand_over("2026-501")
    shared.write(ELS, f_xml=ubl("2026-501", seller=TECHNIEK))
    assert len(_states(shared)) == 2
    shared.write(FIDU, "payé 2026-501")
    assert set(_states(shared).values()) == {ItemState.FOLLOWED}
    assert shared.text("compta@fidu.example")


def test_answering_a_third_creditors_letter_is_no_poison(shared):
    """A letter that was forwarded to him gives him nothing, and his mail is answered."""
    shared.write(MARY, f_xml=ubl("NG-2026-1", seller=STUDIO))
    letter = shared.received("mary@northgate.example")[-1]
    shared.post(mails.answer(shared.pen(FIDU), letter, "payé NG-2026-1"))
    assert shared.lying_in(Box.QUARANTINE) == 0
    assert _states(shared) == {("northgate", "NG-2026-1"): ItemState.FOLLOWED}


def test_what_software_sends_in_a_creditors_name_without_proof_is_not_put_away_as_done(world):
    """It is not answered, and it lies where a person looks."""
    mail = mails.letter(world.pen(BRUNO, proved=False), AGENCY, "Facture", "À suivre")
    mail["Auto-Submitted"] = "auto-generated"
    mail.add_attachment(ubl("2026-501"), maintype="application", subtype="xml", filename="f.xml")
    world.post(mail)
    assert world.items() == {}
    assert (world.lying_in(Box.REVIEW), world.sent()) == (1, [])


def test_an_oversized_mail_of_a_machine_is_not_answered(world):
    """What is never answered is not answered for its size either."""
    mail = mails.letter(world.pen(BRUNO), AGENCY, "Facture", "À suivre")
    mail["Auto-Submitted"] = "auto-generated"
    mail.add_attachment(b"%PDF-1.7" + b"0" * 20_000_000, maintype="application", subtype="pdf", filename="f.pdf")
    world.post(mail)
    assert world.sent() == []


def test_an_answer_to_the_one_time_question_that_says_nothing_is_told_so(world):
    """He must not believe that it is done."""
    world.hand_over(proved=False)
    question = world.received("bruno@atelier-bruno.example")[-1]
    world.post(mails.answer(world.pen(BRUNO, proved=False), question, "Je regarde cela demain."))
    assert world.items() == {}
    assert world.sent() == ["proof", "refusal"]
    world.post(mails.answer(world.pen(BRUNO, proved=False), question, "oui"))
    assert set(world.items()) == {"2026-501"}


def test_a_bank_statement_beside_invoices_keeps_none_from_being_read(world):
    """A list that a program exported beside the invoice is no reason to leave the invoice out."""
    world.write(BRUNO, f_xml=ubl("2026-501"), g_csv=b"client;remarque\nBatiplus;rien\n")
    assert set(world.items()) == {"2026-501"}


def _account(world, number="2026-501"):
    item = world.items()[number]
    return world.app.store.ledger([item.invoice.debtor]).accounts[item.invoice.debtor]


def test_a_question_does_not_shorten_what_stops_all_reminders(world):
    """ "We are bankrupt. When was this due?" rests until a person speaks."""
    world.hand_over()
    statement = world.received(BATIPLUS)[-1]
    world.post(
        mails.answer(
            world.pen(DEBTOR),
            statement,
            "Notre société a été déclarée en faillite le 2 mars.\nPouvez-vous nous envoyer une copie de la facture ?",
        )
    )
    assert [h.until for h in _account(world).holds] == [None]
    world.days(40)
    assert world.sent().count("statement") == 1


def test_the_same_address_reported_twice_is_one_failure(world):
    """Some reports name a recipient twice."""
    world.hand_over()
    report = mails.bounce(world.pen(BATIPLUS, proved=False), world.latest(BATIPLUS, "2026-501"), BATIPLUS)
    block = f"Final-Recipient: rfc822; {BATIPLUS}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    report.set_payload(report.get_payload().replace("Final-Recipient", f"{block}Final-Recipient", 1))
    world.post(report)
    assert world.lying_in(Box.QUARANTINE) == 0
    assert _account(world).contact is None


def test_a_correction_after_the_end_opens_nothing(world):
    """A withdrawn invoice whose amount is corrected stays withdrawn."""
    world.hand_over()
    world.write(BRUNO, "retirer 2026-501")
    world.write(BRUNO, "2026-501 montant 500,00")
    world.days(30)
    assert world.items()["2026-501"].state is ItemState.WITHDRAWN
    assert world.sent().count("statement") == 1


def test_an_amount_corrected_to_what_was_paid_settles(world):
    """Nothing is open any more, and nobody is reminded."""
    world.hand_over()
    world.write(BRUNO, "acompte de 100,00 reçu sur la facture 2026-501")
    assert world.items()["2026-501"].paid.amount == 100
    world.write(BRUNO, "2026-501 montant 100,00")
    assert world.items()["2026-501"].state is ItemState.SETTLED


def test_an_amount_corrected_above_what_was_paid_is_open_again_only_by_word(world):
    """A settled invoice whose amount was too low is not reminded behind the creditor's back, and he is told where it stands."""
    world.hand_over()
    world.write(BRUNO, "payé 2026-501")
    world.write(BRUNO, "2026-501 montant 500,00")
    world.days(30)
    assert world.items()["2026-501"].state is ItemState.SETTLED
    assert world.sent().count("statement") == 1


def test_a_promise_of_one_debtor_moves_no_other_creditors_case(world):
    """One address in two debtors' accounts: a proved mail without number is nobody's until a person looked."""
    world.hand_over()
    world.write(ELS, f_xml=ubl("VD-2026-9", seller=TECHNIEK))
    world.write(DEBTOR, "Nous paierons tout le 20 mars.")
    assert all(i.holds == () for i in world.app.store.items())
    world.write(DEBTOR, "Nous paierons la facture VD-2026-9 le 20 mars.")
    held = {(i.creditor, i.invoice.number) for i in world.app.store.items() if i.holds}
    assert held == {("van-damme", "VD-2026-9")}


@pytest.mark.parametrize("choice", ["1", "2"])
def test_a_number_answers_only_the_question_of_its_own_letter(world, choice):
    """A bare number below a letter without a question does nothing."""
    world.hand_over()
    world.reply(BRUNO, "2026-501", choice)
    item = world.items()["2026-501"]
    assert (item.state, item.payments) == (ItemState.FOLLOWED, ())


def test_a_question_answered_twice_counts_once(world):
    """Both owners answer; the first one counts."""
    world.hand_over()
    while "question" not in world.sent():
        world.days(1)
    question = world.latest(BRUNO, "2026-501")
    world.post(mails.answer(world.pen(BRUNO), question, "6"))
    assert world.items()["2026-501"].state is ItemState.WITHDRAWN
    world.post(mails.answer(world.pen(BRUNO), question, "1"))
    assert world.items()["2026-501"].state is ItemState.WITHDRAWN


def test_a_forged_sender_beside_the_real_one_proves_nothing(world):
    """Two From fields, or two addresses in one."""
    world.hand_over()
    for sender in ("bruno@atelier-bruno.example, x@mallory.example", "x@mallory.example, bruno@atelier-bruno.example"):
        mail = mails.letter(world.pen(BRUNO), AGENCY, "Facture", "payé 2026-501")
        del mail["From"]
        world.deliver(f"From: {sender}\r\n".encode() + mail.as_bytes())
        world.deliver(b"From: x@mallory.example\r\nFrom: bruno@atelier-bruno.example\r\n" + mail.as_bytes())
        world.work()
    assert world.items()["2026-501"].state is ItemState.FOLLOWED


def test_a_movement_that_fitted_nothing_yet_waits_for_its_invoice(world):
    """The statement came before the invoice, which is settled when it is handed over; the same file again changes nothing."""
    paid = camt(("121.00", "facture 2026-501", "r1"))
    world.write(BRUNO, "Extrait", e_xml=paid)
    world.hand_over("2026-501")
    assert world.items()["2026-501"].state is ItemState.SETTLED
    world.write(BRUNO, "Extrait, encore une fois", e_xml=paid)
    assert len(world.items()["2026-501"].payments) == 1


def test_a_bank_statement_that_software_sends_is_asked_about_all_the_same(world):
    """A proved colleague's program sends the file; the question about it goes to the people."""
    for number in ("2026-501", "2026-502"):
        world.hand_over(number)
    mail = mails.letter(world.pen(BRUNO), AGENCY, "Extrait", "Extrait")
    mail["Auto-Submitted"] = "auto-generated"
    content = camt(("121.00", "votre facture", "r1"))
    mail.add_attachment(content, maintype="application", subtype="xml", filename="e.xml")
    world.post(mail)
    assert len(_questions_open(world)) == 1
    assert "question" in world.sent()


def test_a_huge_mail_of_a_stranger_is_shown_in_short(world):
    """Megabytes that name a case become a notice of ordinary size."""
    world.hand_over()
    world.write("X <x@mallory.example>", "facture 2026-501 " + "bla " * 500_000, proved=False)
    assert all(len(raw) < 300_000 for raw in world.received("bruno@atelier-bruno.example"))


@pytest.mark.parametrize("total", ["121", "121.0", "121.000", "121.005", "1.21E+2"])
def test_however_an_amount_is_written_its_statement_leaves(world, total):
    """The balance of the waiting statement is the balance of the books, whatever the number of decimals."""
    world.hand_over(total=total)
    world.days(2)
    if world.items()["2026-501"].state is ItemState.REVIEW:
        world.reply(BRUNO, "2026-501", "ok")
        world.days(2)
    assert world.sent().count("statement") == 1
    assert [m.kind for m in world.app.store.outbox([OutboxState.CANCELLED])] == []


def test_an_overpaid_invoice_keeps_no_statement_from_leaving(world):
    """Its credit stands on the statement, and is no news when it is sent."""
    world.hand_over("2026-501")
    world.write(BRUNO, "Extrait", e_xml=camt(("200.00", "facture 2026-501", "r1")))
    item = world.items()["2026-501"]
    account = world.app.store.ledger([item.invoice.debtor]).accounts[item.invoice.debtor]
    assert (item.balance.amount, account.on_account("EUR").amount) == (0, 79)
    world.hand_over("2026-502")
    world.hand_over("2026-503")
    world.days(40)
    assert world.sent().count("statement") >= 2
    assert [m.kind for m in world.app.store.outbox([OutboxState.CANCELLED])] == []


def test_a_debtors_own_date_moves_no_promise_into_the_far_future(world):
    """The Date of a mail is its writer's word."""
    world.hand_over()
    reply = mails.answer(world.pen(DEBTOR), world.received(BATIPLUS)[-1], "Nous payons demain.")
    reply.replace_header("Date", "Tue, 10 Mar 2099 09:00:00 +0100")
    world.post(reply)
    world.days(30)
    assert world.sent().count("statement") >= 2


def test_a_stranger_defers_once_and_no_more(world):
    """Whoever knows a number can win three working days, not three and three again."""
    world.hand_over()
    for _ in range(12):
        world.write("X <x@mallory.example>", "Facture 2026-501, un instant.", proved=False)
        world.days(3)
    assert world.sent().count("statement") >= 3
    assert world.mails("x@mallory.example") == []


def test_a_withdrawn_invoice_that_comes_again_is_not_reminded(world):
    """It is known, and known as withdrawn."""
    world.hand_over()
    world.write(BRUNO, "retirer 2026-501")
    world.hand_over()
    world.days(30)
    assert world.items()["2026-501"].state is ItemState.WITHDRAWN
    assert world.sent().count("statement") == 1


def test_a_second_report_about_one_letter_is_remembered_too(world):
    """The operator hears once; each mail has its record."""
    world.hand_over()
    letter, bruno = world.latest(BRUNO, "2026-501"), "bruno@atelier-bruno.example"
    for _ in range(2):
        world.post(mails.bounce(world.pen(bruno, proved=False), letter, bruno))
    assert world.sent().count("operator") == 1
    assert [r.kind for r in world.app.store.messages()].count("report") == 2
