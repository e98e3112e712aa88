"""Damaged mails through everything that reads mail: python -m benchmarks.fuzz_mails [--count 5000] [--seed 1] [--keep DIR] [--growth].

Whatever is done to a mail, every reader gives a value, in a time that grows with the size only, and nothing that cannot be stored.
Printed are the slowest readings of each reader and every defect; the exit status is 1 when there was one. With --growth each reader
meets one and eight megabytes of the patterns that make matchers hang.
"""

import argparse
import json
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from agent.intake.threads import named_terms, traces
from agent.mail.authentication import prove
from agent.mail.automatic import automatic
from agent.mail.echo import without_our_words
from agent.mail.forwards import forwarded
from agent.mail.hops import route
from agent.mail.message import Message, parse_message
from agent.mail.quoting import own_text
from agent.parsers.replies.autoreply import read_autoreply
from agent.parsers.replies.bounce import read_bounce
from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.intent import read_reply
from benchmarks.mutate_mails import mutant

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
RECEIVED = date(2026, 3, 10)
_LARGEST = 60_000
_MEGABYTE = 1_000_000
# Processor seconds that one reader may take for a mail of at most some hundred kilobytes, on a slow machine.
_SLOW = 1.5
# Processor seconds that all readers together may take for five megabytes.
HOSTILE_SECONDS = 1.0
# Shorter times say nothing about growth.
_LEAST = 0.02
# Eight times the size may take so many times as long; twice that would be the square's beginning.
_STEEP = 14.0
_HEAD = b"From: Compta <compta@batiplus.example>\nTo: relances@comptoir.example\nSubject: Re: facture 2026-118\nMessage-ID: <a@b>\n"


@dataclass(frozen=True, slots=True)
class Case:
    """A damaged mail: its number in the run, the sample that it was made of, and its bytes."""

    number: int
    sample: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader did with a mail: processor seconds, and the defect if there was one."""

    reader: str
    seconds: float
    defect: str = ""


@dataclass(slots=True)
class _Read:
    """A mail and its own text, read once as the program does."""

    message: Message
    own: str = ""


def _own_text(read: _Read) -> object:
    found = own_text(read.message)
    read.own = found.text
    return found


def _reply(read: _Read, role: str) -> object:
    return read_reply(read.own, role=role, received=RECEIVED, subject=read.message.subject)


def _instructions(text: str, subject: str = "", *, asked: bool = False) -> object:
    return read_instructions(text, received=RECEIVED, subject=subject, known_choices=3 * asked, fields_open=asked)


READERS: dict[str, Callable[[_Read], object]] = {
    "forwards": lambda read: forwarded(read.message),
    "own_text": _own_text,
    "echo": lambda read: without_our_words(read.own, read.message.text),
    "bounce": lambda read: read_bounce(read.message),
    "autoreply": lambda read: read_autoreply(read.message, RECEIVED),
    "reply": lambda read: _reply(read, "debtor"),
    "instructions": lambda read: _instructions(read.own, read.message.subject),
    "reply of a client": lambda read: _reply(read, "client"),
    "answers to a question": lambda read: _instructions(read.message.text, asked=True),
    "automatic": lambda read: automatic(read.message),
    "traces": lambda read: (list(traces(read.message)), named_terms(read.message, read.own)),
}


# Readings of the same words a second time, which the program does for one role only.
_AGAIN = ("reply of a client", "answers to a question", "echo")


def readings(raw: bytes) -> Iterator[Reading]:
    """What every reader does with these bytes, one after the other."""
    parsed: list[_Read] = []
    yield _timed("parse", lambda: parsed.append(_Read(_storable(parse_message(raw)))))
    for read in parsed:
        yield _timed("proof", lambda read=read: _proof(raw, read.message))  # type: ignore[misc]
        for name, reader in READERS.items():
            yield _timed(name, lambda reader=reader, read=read: repr(reader(read)).encode("utf-8"))  # type: ignore[misc]


def _proof(raw: bytes, message: Message) -> object:
    return prove(raw, message, trusted_authserv_ids=("mx.x",), lookup=lambda _: None), route(raw)


def _storable(message: Message) -> Message:
    for text in (message.subject, message.text, message.html, *(value for _, value in message.headers)):
        text.encode("utf-8")
    return message


def _timed(name: str, work: Callable[[], object]) -> Reading:
    begun = time.process_time()
    try:
        work()
    except Exception:
        return Reading(name, time.process_time() - begun, traceback.format_exc(limit=-4))
    return Reading(name, time.process_time() - begun)


def samples() -> dict[str, bytes]:
    """Mails by name: those made here, and the small ones of the shared sets where they lie beside the project."""
    found = {f"made-{name}": _HEAD + content for name, content in _MADE.items()}
    for path in sorted((CORPUS / "mail").glob("*/*")):
        content = path.read_bytes()[:_LARGEST]
        if path.suffix != ".jsonl" and content:
            found[f"{path.parent.name}/{path.name}"] = content if path.suffix == ".eml" else _HEAD + b"\n" + content
    said = CORPUS / "replies" / "dev.jsonl"
    for line in said.read_text(encoding="utf-8").splitlines() if said.exists() else ():
        mail = json.loads(line)
        found[f"replies/{mail['id']}"] = _HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + mail["body"].encode()
    return found


def cases(count: int, seed: int, known: dict[str, bytes]) -> Iterator[Case]:
    """So many damaged mails; the same ones for the same seed and samples."""
    names = sorted(known)
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        name, other = chance.choice(names), chance.choice(names)
        yield Case(number, name, mutant(known[name], known[other], chance))


def defects_of(case: Case) -> list[Reading]:
    """The readings of a case that raised, or that took too long for its size."""
    allowed = _SLOW * max(1.0, len(case.content) / _MEGABYTE)
    found = []
    for reading in readings(case.content):
        if reading.defect:
            found.append(reading)
        elif reading.seconds > allowed:
            found.append(
                Reading(reading.reader, reading.seconds, f"{reading.seconds:.1f} s for {len(case.content)} bytes")
            )
    return found


def _times(pieces: Sequence[bytes], size: int) -> bytes:
    piece = b"".join(pieces)
    return piece * (size // len(piece) + 1)


def patterns() -> dict[str, Callable[[int], bytes]]:
    """Mails of any size, each of one habit that makes matchers hang."""
    plain = _HEAD + b"Content-Type: text/plain; charset=utf-8\n\n"
    html = _HEAD + b"Content-Type: text/html; charset=utf-8\n\n"
    found = {name: _grown(plain, *pieces) for name, pieces in _PLAIN_PATTERNS.items()}
    found |= {f"html {name}": _grown(html, *pieces) for name, pieces in _HTML_PATTERNS.items()}
    found |= {f"head {name}": _grown(_HEAD + name.encode() + b": ", *pieces) for name, pieces in _HEAD_PATTERNS.items()}
    bounce = b"From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n\n"
    found |= {f"bounce {name}": _grown(bounce, *pieces) for name, pieces in _PLAIN_PATTERNS.items()}
    away = b"From: a@b.example\nAuto-Submitted: auto-replied\nSubject: Absence\n\n"
    return found | {f"away {name}": _grown(away, *pieces) for name, pieces in _PLAIN_PATTERNS.items()}


def _grown(head: bytes, *pieces: bytes) -> Callable[[int], bytes]:
    return lambda size: head + _times(pieces, size)


_MADE = {
    "plain": b"\nBonjour,\nnous paierons la facture 2026-118 le 30 mars.\nBien \xc3\xa0 vous\nSophie\n\nLe 9 mars, Bruno a \xc3\xa9crit :\n> Total : 1 250,00 EUR\n",
    "html": b"Content-Type: text/html; charset=utf-8\n\n<p>Wir haben am 3. M\xc3\xa4rz bezahlt.</p><blockquote>Rechnung 2026-118</blockquote>",
    "parts": b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nWe dispute 2026-118: the price is wrong.\n--b\nContent-Type: text/html\n\n<b>We dispute</b>\n--b--\n",
    "file": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nZie bijlage.\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
    + (b"JVBERi0xLjQK" * 6 + b"\n") * 9
    + b"--b--\n",
    "forward": b"\n---------- Forwarded message ---------\nFrom: Jan <jan@b.example>\nDate: Mon, 9 Mar 2026\nSubject: factuur\nTo: a@c.example\n\nWij betalen vrijdag.\n",
    "bounce": b"Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nUnknown user.\n--b\n"
    b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.b\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n",
    "absence": b"Auto-Submitted: auto-replied\n\nJe suis absent jusqu'au 24 mars. En cas d'urgence : marc@batiplus.example.\n",
    "orders": b"\nPay\xc3\xa9es : 2026-118 et 2026-119 (1.250,00 EUR le 3/3).\n2) oui\nTout sauf 3.\nPause jusqu'au 15 avril.\n",
}
_PLAIN_PATTERNS: dict[str, tuple[bytes, ...]] = {
    "quote marks": (b">",),
    "quoted deep": (b"> " * 400, b"x\n"),
    "quoted lines": (b"> x y z\n",),
    "angles": (b"<",),
    "angles apart": (b"< ",),
    "spaces": (b" ",),
    "spaces and words": (b"a" + b" " * 500,),
    "no-break spaces": ("\u00a0".encode(),),
    "tabs": (b"\t",),
    "empty lines": (b"\n",),
    "commas": (b",",),
    "digits": (b"1",),
    "digits and commas": (b"1,",),
    "digits and dots": (b"1.",),
    "digits and spaces": (b"1 ",),
    "thousands": (b"111 ",),
    "dates": (b"12/03/2026 ",),
    "dates in words": (b"le 12 mars 2026 ",),
    "numbers of invoices": (b"2026/0118, ",),
    "slashes": (b"1/",),
    "dashes": (b"-",),
    "dashes and digits": (b"1-",),
    "underscores": (b"_",),
    "stars": (b"*",),
    "letters": (b"a",),
    "words": (b"aa ",),
    "sentences": (b"Nous paierons demain. ",),
    "lines": (b"Wij betalen morgen\n",),
    "no, no": (b"ne pas pas ne niet not nicht ",),
    "if": (b"si als if wenn ",),
    "colons": (b"a: ",),
    "at signs": (b"a@",),
    "addresses": (b"a@b.example ",),
    "host names": (b"a.",),
    "links": (b"http://a.b/",),
    "brackets": (b"[",),
    "parentheses": (b"(",),
    "quotation": (b'"',),
    "apostrophes": (b"l'",),
    "attributions": (b"Le 9 mars 2026, a@b.example a \xc3\xa9crit :\n",),
    "attributions never ended": (b"On Mon, 9 Mar 2026 ",),
    "signatures": (b"-- \n",),
    "heads": (b"From: a\nTo: b\nSubject: c\n",),
    "forward marks": (b"---------- Forwarded message ---------\n",),
    "failures": (b"<a@b.example>: 550 5.1.1 unknown\n",),
    "status": (b"5.1.1 ",),
    "numbered": (b"1) ",),
    "accents": (b"e" + "\u0301".encode() * 50,),
    "emoji": ("\U0001f4b8".encode(),),
    "turned": ("\u202e".encode(),),
    "invisible": ("\u200b".encode(),),
    "folded": ("\ufdfa".encode(),),
    "zeros": (b"\x00",),
    "equals": (b"=",),
    "euros": ("\u20ac".encode(),),
    "amounts": (b"EUR 1.250,00 ",),
    "exclamations": (b"!",),
    "full stops": (b".",),
    "semicolons": (b"a;",),
}
_HTML_PATTERNS: dict[str, tuple[bytes, ...]] = {
    "angles": (b"<",),
    "opened": (b"<b>",),
    "opened blocks": (b"<div>",),
    "closed": (b"</b>",),
    "quotes": (b"<blockquote>",),
    "quotes closed": (b"<blockquote>x</blockquote>",),
    "paragraphs": (b"<p>x",),
    "breaks": (b"<br>",),
    "tables": (b"<table><tr><td>",),
    "cells": (b"<td>1",),
    "attributes": (b"<a b=c ",),
    "styles": (b"<p style='color:white;display:none'>x</p>",),
    "style rules": (b"<style>.a{display:none}</style>",),
    "unended comment": (b"<!--",),
    "comments": (b"<!-- x -->",),
    "entities": (b"&amp;",),
    "ampersands": (b"&",),
    "number entities": (b"&#",),
    "crossed": (b"<b><i></b></i>",),
    "spaces": (b" ",),
    "scripts": (b"<script>",),
    "declarations": (b"<!",),
    "instructions": (b"<?",),
    "data": (b"<![CDATA[",),
    "spans": (b"<span class='a b c'>x</span> ",),
}
_HEAD_PATTERNS: dict[str, tuple[bytes, ...]] = {
    "X-Long": (b"a",),
    "X-Folded": (b"a\n ",),
    "Subject": (b"Re: ",),
    "Comments": (b"(",),
    "Cc": (b"a@b.example, ",),
    "Reply-To": (b"<",),
    "References": (b"<a@b> ",),
    "In-Reply-To": (b"<",),
    "X-Coded": (b"=?utf-8?q?a?= ",),
    "X-Half": (b"=?utf-8?b?",),
    "Received": (b"from a by b; ",),
    "Authentication-Results": (b"mx.x; dmarc=pass ",),
    "DKIM-Signature": (b"a=b; ",),
    "Auto-Submitted": (b" ",),
    "Content-Type": (b"text/plain; a=b; ",),
    "Content-Disposition": (b'attachment; filename*0="a"; ',),
    "Date": (b"1 ",),
}


def steep(size: int = _MEGABYTE, names: Sequence[str] = ()) -> Iterator[tuple[str, Reading, float]]:
    """(pattern, reading at eight times the size, ratio) of what grows faster than the size, or takes too long altogether."""
    for name, grown in patterns().items():
        if names and name not in names:
            continue
        small = {r.reader: r for r in readings(grown(size))}
        large = list(readings(grown(8 * size)))
        for reading in large:
            ratio = reading.seconds / max(small[reading.reader].seconds, _LEAST)
            if reading.defect or (ratio > _STEEP and reading.seconds > _LEAST * _STEEP):
                yield name, reading, ratio
        together = sum(reading.seconds for reading in large if reading.reader not in _AGAIN)
        if together > HOSTILE_SECONDS * 8 * size / (5 * _MEGABYTE):
            slowest = max(large, key=lambda reading: reading.seconds)
            yield name, Reading(f"all together, most of it {slowest.reader}", together), 0.0


def main(arguments: list[str]) -> int:
    """Print the slowest readings and every defect; 1 when there was one."""
    parser = argparse.ArgumentParser(description="Read damaged mails.")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the mails that show a defect")
    parser.add_argument("--growth", action="store_true", help="measure how time grows instead")
    chosen = parser.parse_args(arguments)
    return _growth() if chosen.growth else _fuzz(chosen.count, chosen.seed, chosen.keep)


def _growth() -> int:
    found = 0
    for name, reading, ratio in steep():
        print(f"{name}: {reading.reader} {reading.seconds:.2f} s, {ratio:.1f} times; {reading.defect}", flush=True)
        found += 1
    print(f"{found} readings too steep of {len(patterns())} patterns")
    return int(found > 0)


def _fuzz(count: int, seed: int, folder: Path | None) -> int:
    defects, slowest = 0, dict.fromkeys(("parse", "proof", *READERS), 0.0)
    for case in cases(count, seed, samples()):
        for reading in readings(case.content):
            slowest[reading.reader] = max(slowest[reading.reader], reading.seconds)
            late = reading.seconds > _SLOW * max(1.0, len(case.content) / _MEGABYTE)
            if reading.defect or late:
                defects += 1
                print(f"DEFECT {case.number} {case.sample} {len(case.content)} bytes: {reading}", flush=True)
                _kept(case, folder)
    print("slowest: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in slowest.items()))
    print(f"{defects} defects in {count} mails")
    return int(defects > 0)


def _kept(case: Case, folder: Path | None) -> None:
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{case.number}.eml").write_bytes(case.content)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
