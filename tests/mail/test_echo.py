"""Our own words, handed back without a mark, are nobody's answer."""

from agent.mail.echo import without_our_words

OURS = """\
Votre relevé de compte

Déjà payé, une question, une facture que vous contestez ? Répondez à ce
message, par exemple « nous contestons la facture 2026-609 parce que … ».

2026-609 (02/01/2026)
    Reste dû : 121,00 €
"""


def test_our_letter_without_marks_is_no_answer():
    """As it was, or with its lines broken anew."""
    wide = "Déjà payé, une question, une facture que vous contestez ? Répondez à ce message, par exemple « nous contestons la facture 2026-609 parce que … »."
    for echoed in (OURS, OURS.replace("\n\n", "\n"), wide):
        assert without_our_words(f"Bien reçu, merci.\n\n{echoed}", OURS) == "Bien reçu, merci."


def test_what_a_person_writes_is_kept_word_for_word():
    """Also when he takes up the words that we suggest, or says something short that we say as well."""
    for own in (
        "Nous contestons la facture 2026-609",
        "nous contestons la facture 2026-609 parce que la livraison manque.",
        "Déjà payé",
        "Reste dû : 21,00 €\nBien à vous",
        "a\n\n  b  \nc",
    ):
        assert without_our_words(own, OURS) == own


def test_time_grows_with_the_text_only():
    """A text beyond what is read of a reply is left alone."""
    assert without_our_words("x. " * 30_000, OURS) == "x. " * 30_000
    assert without_our_words("x. " * 10_000, OURS)
