"""What a person wrote now is told from everything that hangs below, above and between."""

import pytest

from agent.mail.message import parse_message
from agent.mail.quoting import own_text, own_text_of

ANSWER = "Bonjour,\n\nNous paierons le 30 novembre."

TAILS = {
    "gmail": "Le lun. 16 nov. 2026 à 09:12, Relance <relance@agent.example> a écrit :\n\n> Vous devez 100 €",
    "gmail wrapped": "On Mon, Nov 16, 2026 at 9:12 AM Relance via Agent <\nrelance@agent.example> wrote:\n\n> You owe 100",
    "apple nl": "> Op 16 nov. 2026 om 09:12 heeft Relance <relance@agent.example> het volgende geschreven:\n> \n> U bent 100 verschuldigd",
    "thunderbird de": "Am 16.11.26 um 09:12 schrieb Relance:\n> Sie schulden 100",
    "outlook fr": "De : Relance <relance@agent.example>\nEnvoyé : lundi 16 novembre 2026 09:12\nÀ : compta@debtor.example\nObjet : Relevé de compte\n\nVous devez 100 €, nous paierons rien",
    "outlook nl": "________________________________\nVan: Relance <relance@agent.example>\nVerzonden: maandag 16 november 2026 09:12\nAan: compta@debtor.example\nOnderwerp: Rekeningoverzicht\n\nU bent 100 verschuldigd",
    "outlook de bold": "*Von:* Relance <relance@agent.example>\n*Gesendet:* Montag, 16. November 2026 09:12\n*An:* compta@debtor.example\n*Betreff:* Kontoauszug\n\nSie schulden 100",
    "original": "-----Original Message-----\nFrom: Relance\nSent: Monday\nTo: you\nSubject: Statement\n\nYou owe 100",
    "message d'origine": "-------- Message d'origine --------\nDe : Relance\nDate : 16/11/26 09:12\nÀ : vous\nObjet : Relevé\n\nVous devez",
    "yahoo": "Le lundi 16 novembre 2026 à 09:12:11 UTC+1, Relance <relance@agent.example> a écrit :\n\n\nVous devez 100 €",
    "italian": "Il giorno lun 16 nov 2026 alle ore 09:12 Relance <relance@agent.example> ha scritto:\n\n> Deve 100",
    "spanish": "El lun, 16 nov 2026 a las 9:12, Relance (<relance@agent.example>) escribió:\n\n> Debe 100",
    "unknown language": "Xyz 16/11/2026 09:12 Relance <relance@agent.example> abcdef:\n\n> 100",
    "iphone": "Envoyé de mon iPhone\n\n> Le 16 nov. 2026 à 09:12, Relance <relance@agent.example> a écrit :\n> \n> Vous devez 100 €",
    "above mark": "##- Veuillez répondre au-dessus de cette ligne -##\n\nVous devez 100 €",
    "signature": "-- \nJean Dupont\nComptable\n+32 2 123 45 67",
    "disclaimer": "This e-mail and its attachments are confidential and intended solely for the addressee. If you received it in error, please delete it.",
    "disclaimer fr": "Ce message et ses pièces jointes sont confidentiels et établis à l'intention exclusive de son destinataire. Si vous l'avez reçu par erreur, merci de le détruire.",
    "green": "Pensez à l'environnement avant d'imprimer ce message",
    "farewell": "Cordialement,\n\nJean Dupont\nComptable\nSA Dupont\n+32 2 123 45 67",
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS.keys())
def test_only_the_answer_is_own(tail):
    """Below the answer stands what programs and companies add."""
    assert own_text_of(f"{ANSWER}\n\n{tail}\n").text == ANSWER


@pytest.mark.parametrize("name", ["disclaimer", "disclaimer fr", "green"])
def test_a_notice_right_below_the_answer_takes_none_of_it(name):
    """Without an empty line between."""
    assert own_text_of(f"{ANSWER}\n{TAILS[name]}").text == ANSWER


@pytest.mark.parametrize("name", ["gmail", "outlook fr", "apple nl", "original"])
def test_our_own_words_are_never_his(name):
    """An answer without words of its own is empty, whatever it quotes."""
    found = own_text_of(f"\n{TAILS[name]}\n")
    assert found.text == ""
    assert "100" in found.quoted or "owe" in found.quoted


def test_a_short_farewell_stays_and_the_block_behind_goes():
    """A closing with a name is his; an address block is a signature."""
    assert own_text_of("Payé hier.\n\nMerci,\nJean").text == "Payé hier.\n\nMerci,\nJean"
    assert "Comptable" in own_text_of(f"{ANSWER}\n\n{TAILS['farewell']}").signature


def test_a_postscript_is_said():
    """What stands below the farewell may be the promise itself."""
    text = "Bonjour\n\nCordialement,\nJean\nComptable\n\nPS : paiement vendredi"
    assert own_text_of(text).text == text
    text = "Bonjour\n\nCordialement,\nJean\nComptable\n\nLe paiement de votre facture partira vendredi."
    assert own_text_of(text).text == text


def test_inline_answers_keep_the_line_they_answer():
    """Answers between quotes; `spoken` are his words alone."""
    found = own_text_of(
        "Le 16 nov. 2026 à 09:12, R <r@a.example> a écrit :\n> Facture 2026-118 ?\nPayée hier.\n> Facture 2026-119 ?\nContestée.\n"
    )
    assert [(one.quoted, one.answer) for one in found.inline] == [
        ("Facture 2026-118 ?", "Payée hier."),
        ("Facture 2026-119 ?", "Contestée."),
    ]
    assert found.spoken.split("\n") == ["Payée hier.", "Contestée."]
    assert "a écrit" not in found.text


def test_an_answer_below_a_titled_quote_is_found():
    """Proton puts a title above its attribution; marked lines end where the answer begins."""
    title = "------- Original Message -------\nOn Monday, November 16th, 2026 at 9:12 AM, R <r@a.example> wrote:\n"
    assert own_text_of(f"{title}\n> You owe 100\n\nWe paid yesterday.\n").spoken == "We paid yesterday."
    assert own_text_of(f"We paid.\n\n{title}\nYou owe 100").spoken == "We paid."


def test_an_answer_below_the_quote_is_found():
    """Bottom posting."""
    found = own_text_of("On Mon, Nov 16, 2026 at 9:12 AM R <r@a.example> wrote:\n> You owe 100\n\nWe paid yesterday.\n")
    assert found.spoken == "We paid yesterday."


def test_a_table_or_a_list_with_dashes_is_no_signature():
    """Dashes inside a text are his."""
    text = "Voici :\n-- première facture\n-- deuxième\n\nService Date\n------------------\nA 1\n\nMerci"
    assert own_text_of(text).text == text


def test_a_sentence_with_a_date_and_a_colon_is_no_attribution():
    """People write dates too."""
    text = "Le 12 novembre nous avons payé ce qui suit :\n- 2026-118\n- 2026-119"
    assert own_text_of(text).text == text


def test_a_banner_of_the_mail_system_is_not_his():
    """Warnings about mail from outside stand on top."""
    assert own_text_of(f"[EXTERNAL] Do not click links.\n\n{ANSWER}").text == ANSWER


def test_an_html_only_answer_is_read():
    """Quotes are blockquotes there."""
    html = "<div>Payé le 12.</div><br><div class='gmail_quote'><div>Le lun. 16 nov. 2026 à 09:12, R &lt;<a>r@a.example</a>&gt; a écrit :<br></div><blockquote>Vous devez 100</blockquote></div>"
    message = parse_message(f"From: a@x\nContent-Type: text/html; charset=utf-8\n\n{html}".encode())
    assert own_text(message).text == "Payé le 12."


def test_a_signed_answer_is_read_without_its_armour():
    """Clear-signed PGP text."""
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nPayé.\n- -- tiret\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    assert own_text_of(text).text == "Payé.\n-- tiret"


@pytest.mark.parametrize("text", ["", "\n", "> seul", ">", "-- ", "From: x", "On"])
def test_crumbs_are_values(text):
    """Nothing raises."""
    own_text_of(text)


@pytest.mark.parametrize(
    "said",
    [
        "Envoyé par la poste hier, le chèque arrivera lundi.",
        "Sent from our bank this morning: 1.250 EUR, you should have it tomorrow.",
        "[Externe boekhouder] wij betalen morgen",
        "Reply above this line is what your mail says, but where is the invoice?",
        "Voici le détail :\nDe : Société X\nPour : Société Y\nDate : 3/11/2026\nObjet : facture 118\nMontant : 1.250 €",
        "Le 3 novembre à 10:00 Jean Dupont vous a écrit : les marchandises sont cassées. Pas de réponse depuis.",
        "Mvg\nPiet\n\nOh ja, factuur 118 is betwist.",
        "Attention : cette facture est contestée.",
        "The virus closed our shop, we cannot pay.",
        "le 16/11/2026 à 09:12 j'ai fait le virement :\n1.250 € BE12",
    ],
)
@pytest.mark.parametrize("quote", ["", "\n\nOn Mon, Nov 16, 2026 at 9:12 AM R <r@a.example> wrote:\n> You owe 100"])
def test_nothing_of_what_he_says_is_lost(said, quote):
    """Sentences that begin like the lines of programs and companies are still his."""
    assert own_text_of(said + quote).text == said


@pytest.mark.parametrize(
    "line",
    ["Sent from my iPhone", "Envoyé de mon mobile", "Verstuurd vanaf mijn iPad", "Sent from TypeApp<http://x.example>"],
)
def test_a_program_names_itself(line):
    """Below the answer its line is a signature; words behind it are his when none stand before."""
    assert own_text_of(f"Oui, vendredi.\n\n{line}").text == "Oui, vendredi."
    assert own_text_of(f"{line}\n\nOui, vendredi.").spoken == "Oui, vendredi."


def test_a_postscript_below_the_signature_is_said():
    """The signature between the two is not."""
    assert own_text_of("Bonjour\n\n-- \nAnna\n\nPS : paiement vendredi").spoken == "Bonjour\n\nPS : paiement vendredi"


def test_a_rule_of_underscores_is_a_signature_only_above_an_address():
    """A list's footer is cut off; an answer between two rules stays."""
    footer = "_" * 47 + "\nAp mailing list\nap@lists.example"
    assert own_text_of(f"Oui, vendredi.\n{footer}").text == "Oui, vendredi."
    ruled = f"Bonjour\n{'_' * 20}\n118 : payée\n119 : contestée\n{'_' * 20}\nMerci"
    assert own_text_of(ruled).text == ruled
