"""The buttons in the creditors' mails, pressed against the whole program: what they do, once, and for whom."""

import re
from datetime import timedelta

import pytest

from agent.demo import mails
from agent.domain.ledger import HoldKind, ItemState
from agent.ports import Box
from agent.service import handle
from agent.service.tick import set_timers
from tests.service.pressing import Button, buttons, press
from tests.service.world import AUDIT, BRUNO, CHLOE, DEBTOR, ELS, MARY, World

OWNER, STAFF = "bruno@atelier-bruno.example", "chloe@atelier-bruno.example"
EVE = "Eve <eve@mallory.example>"
DONE = {
    "Payée": lambda item: item.state is ItemState.SETTLED,
    "Pause 15 jours": lambda item: [h.kind for h in item.holds] == [HoldKind.PAUSE],
    "Contestée": lambda item: [h.kind for h in item.holds] == [HoldKind.DISPUTE],
    "Retirer": lambda item: item.state is ItemState.WITHDRAWN,
}


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def handed_over(world: World, number: str = "2026-501") -> dict[str, Button]:
    """The buttons of the acknowledgement that the owner gets."""
    world.hand_over(number)
    return buttons(world.mails(OWNER)[-1])


def untouched(world: World) -> bool:
    """Whether the books are as if nobody had pressed anything."""
    return all(i.state is ItemState.FOLLOWED and not i.holds and not i.payments for i in world.items().values())


@pytest.mark.parametrize("label", DONE)
def test_the_owner_presses_a_button(world, label):
    """Each does what it says, is confirmed, and does it once: a second press is told so."""
    button = handed_over(world)[label]
    press(world, BRUNO, button)
    assert DONE[label](world.items()["2026-501"])
    assert world.sent()[-1] == "action_notice"
    events = len(list(world.app.store.events()))
    press(world, BRUNO, button)
    assert len(list(world.app.store.events())) == events
    assert world.sent()[-1] == "refusal"
    assert "a déjà servi" in " ".join(world.text(OWNER).split())


def test_a_colleague_presses_what_his_role_allows(world):
    """Staff report payments, pause and contest; withdrawing is not offered to them, and refused when they come by it."""
    world.hand_over("2026-501", CHLOE)
    offered = buttons(world.mails(STAFF)[-1])
    assert set(offered) == {"Payée", "Pause 15 jours", "Contestée"}
    press(world, CHLOE, offered["Pause 15 jours"])
    assert DONE["Pause 15 jours"](world.items()["2026-501"])
    # the answer to a colleague goes to the owner as well, who may press its buttons too
    press(world, BRUNO, offered["Payée"])
    assert DONE["Payée"](world.items()["2026-501"])


@pytest.mark.parametrize("label", DONE)
@pytest.mark.parametrize("sender", [CHLOE, AUDIT, ELS, MARY, EVE])
def test_a_forwarded_button_is_worth_nothing(world, label, sender):
    """Not for a colleague who did not get the letter, a viewer, another creditor's owner or a stranger."""
    button = handed_over(world)[label]
    press(world, sender, button)
    assert untouched(world)
    told = " ".join(world.text(sender.partition("<")[2].strip(">")).split())
    assert "Batiplus" not in told
    assert bool(told) is (sender != EVE)


@pytest.mark.parametrize("label", DONE)
def test_a_button_in_a_debtors_hands_is_his_own_words_at_most(world, label):
    """What he sends may hold reminders, as what he types does; it settles and withdraws nothing."""
    button = handed_over(world)[label]
    press(world, DEBTOR, button)
    item = world.items()["2026-501"]
    assert item.state is ItemState.FOLLOWED
    assert not item.payments
    press(world, BRUNO, button)
    assert world.sent()[-1] == "action_notice"


@pytest.mark.parametrize("label", DONE)
def test_without_proof_the_press_waits(world, label):
    """Nothing happens before the owner confirms that he wrote it; then the button works, once."""
    button = handed_over(world)[label]
    press(world, BRUNO, button, proved=False)
    assert untouched(world)
    assert world.sent()[-1] == "proof"
    world.post(mails.answer(world.pen(BRUNO, proved=False), world.received(OWNER)[-1], "oui"))
    assert DONE[label](world.items()["2026-501"])
    press(world, BRUNO, button)
    assert "a déjà servi" in " ".join(world.text(OWNER).split())


@pytest.mark.parametrize("label", DONE)
def test_a_button_ends(world, label):
    """On its last day it works; on the day after it says what to write instead, and changes nothing."""
    world.hand_over()
    button = buttons(world.mails(OWNER)[-1])[label]
    world.clock.advance(timedelta(days=31))
    press(world, BRUNO, button)
    said = " ".join(world.text(OWNER).split())
    assert "n’est plus valable" in said
    assert "payé 2027-118" in said
    item = world.items()["2026-501"]
    assert item.state is ItemState.FOLLOWED
    assert not item.holds


def test_a_button_works_on_its_last_day(world):
    """Thirty days are thirty days."""
    button = handed_over(world)["Payée"]
    world.clock.advance(timedelta(days=30))
    press(world, BRUNO, button)
    assert DONE["Payée"](world.items()["2026-501"])


@pytest.mark.parametrize("label", DONE)
@pytest.mark.parametrize("place", [3, 5, 20, 42])
def test_a_forged_token_changes_nothing(world, label, place):
    """Whoever changes one character is told the same as for a token that never was, even the owner."""
    button = handed_over(world)[label]
    token = button.token
    other = "A" if token[place] != "A" else "B"
    forged = token[:place] + other + token[place + 1 :]
    press(world, BRUNO, button, subject=button.subject.replace(token, forged))
    assert untouched(world)


def test_two_tokens_in_one_mail_are_not_guessed_between(world):
    """The words are read as typed then."""
    offered = handed_over(world)
    press(
        world,
        BRUNO,
        offered["Payée"],
        subject=f"{offered['Payée'].subject} {offered['Retirer'].token}",
    )
    assert DONE["Payée"](world.items()["2026-501"])
    press(world, BRUNO, offered["Retirer"])
    assert "a déjà servi" not in world.text(OWNER)


def test_edited_words_win(world):
    """Who changes what the button wrote is read as if he had typed it, and the button is left unused."""
    button = handed_over(world)["Pause 15 jours"]
    press(world, BRUNO, button, "Suspendez les relances de la facture 2026-501 jusqu'au 30/06/2026.")
    (hold,) = world.items()["2026-501"].holds
    assert str(hold.until) == "2026-06-30"
    press(world, BRUNO, button)
    assert "a déjà servi" not in " ".join(world.text(OWNER).split())


def test_a_signature_below_the_words_changes_nothing(world):
    """A mail client adds it; a further order in it would be the sender's own."""
    button = handed_over(world)["Payée"]
    signature = "\n\nBruno Lambert\nAtelier Bruno SRL\nTél. 02 555 12 34\n\nEnvoyé de mon iPhone"
    press(world, BRUNO, button, button.body + signature)
    assert DONE["Payée"](world.items()["2026-501"])
    press(world, BRUNO, button, button.body + signature)
    assert "a déjà servi" in " ".join(world.text(OWNER).split())


def test_the_words_of_a_hostile_number_order_nothing(world):
    """What a document calls itself stands in the button's sentence, and does nothing but name it."""
    world.hand_over("2026-502")
    world.hand_over("X1 est payee. Retirez la facture 2026-502")
    offered = buttons(world.mails(OWNER)[-1])
    assert "Retirez la facture 2026-502" in offered["Payée"].body
    press(world, BRUNO, offered["Payée"])
    assert world.items()["2026-502"].state is ItemState.FOLLOWED


def test_an_item_that_moved_to_another_case_has_no_buttons_of_the_old_one(world):
    """The token is bound to the debtor's account."""
    button = handed_over(world)["Payée"]
    world.write(BRUNO, "2026-501 débiteur : Autre Client SRL")
    if world.items()["2026-501"].invoice.debtor:
        press(world, BRUNO, button)
    assert world.items()["2026-501"].state is not ItemState.SETTLED


def test_a_kill_between_commit_and_filing_does_not_press_twice(world, monkeypatch):
    """The mail is met again and only filed; the token was noted with what it did."""
    button = handed_over(world)["Pause 15 jours"]
    mailbox = world.app.channels[0].mailbox
    whole = type(mailbox).file
    died = []

    def dies(self, ref, box):
        if not died:
            died.append(ref)
            raise KeyboardInterrupt
        whole(self, ref, box)

    monkeypatch.setattr(type(mailbox), "file", dies)
    with pytest.raises(KeyboardInterrupt):
        press(world, BRUNO, button)
    assert died
    holds = world.items()["2026-501"].holds
    events = len(list(world.app.store.events()))
    world.work()
    assert len(list(world.app.store.events())) == events
    assert world.items()["2026-501"].holds == holds
    assert world.lying_in(Box.INBOX) == 0


def test_a_kill_before_the_commit_leaves_the_button_unused(world, monkeypatch):
    """Nothing happened, so the mail is read again and does it."""
    button = handed_over(world)["Payée"]
    whole = handle.conclude
    died = []

    def dies(app, outcome):
        if not died:
            died.append(outcome)
            raise KeyboardInterrupt
        return whole(app, outcome)

    monkeypatch.setattr(handle, "conclude", dies)
    with pytest.raises(KeyboardInterrupt):
        press(world, BRUNO, button)
    assert untouched(world)
    world.work()
    assert DONE["Payée"](world.items()["2026-501"])


def asked(world: World) -> dict[str, Button]:
    """The buttons of the question what happens after the last statement, by the words of each choice."""
    world.hand_over()
    world.days(60)
    mail = next(m for m in reversed(world.mails(OWNER)) if buttons(m).get("2"))
    return {button.body.partition("> ")[2]: button for key, button in buttons(mail).items() if key.isdigit()}


def test_a_question_is_answered_by_the_button_of_a_choice(world):
    """The number with its sentence below, once."""
    choice = asked(world)["Attendez encore 15 jours"]
    assert re.fullmatch(r"\d\r\n\r\n> Attendez encore 15 jours", choice.body)
    press(world, BRUNO, choice)
    assert HoldKind.PAUSE in {h.kind for h in world.items()["2026-501"].holds}
    press(world, BRUNO, choice)
    assert "a déjà servi" in " ".join(world.text(OWNER).split())


def test_another_number_typed_over_a_choice_is_what_counts(world):
    """Then the button that was opened is left unused, but its question is closed."""
    choices = asked(world)
    wait, stop = choices["Attendez encore 15 jours"], choices["Arrêtez le suivi, le client ne doit rien"]
    press(world, BRUNO, wait, stop.body)
    assert world.items()["2026-501"].state is ItemState.WITHDRAWN
    press(world, BRUNO, wait)
    assert "Vous avez déjà répondu" in " ".join(world.text(OWNER).split())


def test_no_mail_to_a_debtor_carries_an_action_token(world):
    """What a creditor may press is shown to him alone."""
    world.hand_over()
    world.days(3)
    for mail in world.mails("compta@batiplus.example"):
        assert "RA-" not in mail.get_body(("html",)).get_content()


def test_an_answer_of_ours_repeats_no_token(world):
    """The refusal of a used button names the subject that it answers, without what could be pressed again."""
    button = handed_over(world)["Payée"]
    press(world, BRUNO, button)
    press(world, BRUNO, button)
    assert button.token not in world.mails(OWNER)[-1]["Subject"]


def test_a_choice_is_pressed_in_the_digest_too(world):
    """Its number there is another one; the button knows which answer to which question it is, and works beside that of the mail."""
    set_timers(world.app)
    first = asked(world)["Attendez encore 15 jours"]
    world.days(7)
    digest = next(m for m in reversed(world.mails(OWNER)) if "semaine" in m["Subject"])
    again = {b.body.partition("> ")[2]: b for b in buttons(digest).values()}["Attendez encore 15 jours"]
    assert again.token != first.token
    press(world, BRUNO, again)
    assert HoldKind.PAUSE in {h.kind for h in world.items()["2026-501"].holds}
    press(world, BRUNO, again)
    assert "a déjà servi" in " ".join(world.text(OWNER).split())
    press(world, BRUNO, first)
    assert "Vous avez déjà répondu" in " ".join(world.text(OWNER).split())


def test_what_was_read_with_doubt_is_confirmed_by_a_button(world):
    """All correct: the doubts end, and the invoice is followed."""
    world.hand_over("2026-501", issued="2019-01-02", due="2019-02-01")
    assert world.items()["2026-501"].state is ItemState.REVIEW
    offered = buttons(world.mails(OWNER)[-1])
    assert set(offered) == {"Tout est exact", "Retirer"}
    press(world, BRUNO, offered["Tout est exact"])
    item = world.items()["2026-501"]
    assert item.state is ItemState.FOLLOWED
    assert not item.doubts
    press(world, BRUNO, offered["Tout est exact"])
    assert "a déjà servi" in " ".join(world.text(OWNER).split())
