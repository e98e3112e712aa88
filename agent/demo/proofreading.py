"""Trying templates on every sample letter: what is missing, where, and in which mail; and samples as files to look at."""

import base64
import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import TemplateSyntaxError
from selectolax.lexbor import LexborHTMLParser

from agent.demo.samples.extremes import extreme_samples
from agent.demo.samples.letters import Sample, samples
from agent.domain.letters import LetterKind
from agent.mail.outgoing import OutgoingMail
from agent.outbox.compose import composed
from agent.outbox.templates import folders
from agent.outbox.views import Page
from agent.reports import formats

# Readers such as Gmail cut a mail at 102 kB and hide the rest.
HEAVIEST = 100_000
_ACTIVE = "script, link, form, iframe, object, embed, base, video, audio"
_FETCHED = re.compile(r"url\(|@import", re.IGNORECASE)
_LEFTOVER = re.compile(r"\{\{|\{%|\{#")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a mail; `place` is the template's file and line, "" when the whole mail is meant."""

    place: str
    language: str
    mail: str
    problem: str


def faults(templates_dir: Path | None, languages: Iterable[str]) -> Iterator[Fault]:
    """Everything that is wrong with the templates: each mail of each language, also under strain, is composed and looked at."""
    yield from _strangers(templates_dir)
    for language in languages:
        for sample in (*samples(language), *extreme_samples(language)):
            yield from _faults_of(sample, templates_dir)


def _strangers(templates_dir: Path | None) -> Iterator[Fault]:
    """Files of the operator's folder that take the place of nothing and that no other file there names."""
    if templates_dir is None:
        return
    files = sorted(path for path in templates_dir.rglob("*.j2") if path.is_file())
    told = {path: path.read_text(encoding="utf-8", errors="replace") for path in files}
    for path in files:
        name = path.relative_to(templates_dir)
        ours = any((folder / name).is_file() for folder in folders())
        if not ours and not any(name.name in text for other, text in told.items() if other != path):
            language = name.parts[0] if len(name.parts) > 1 else ""
            yield Fault(str(name), language, "", "no template of ours has this name, and none of yours includes it")


def _faults_of(sample: Sample, templates_dir: Path | None) -> Iterator[Fault]:
    language = sample.letter.language
    try:
        mail, page = composed(sample.letter, replace(sample.facts, templates_dir=templates_dir))
    except Exception as error:  # noqa: BLE001 - a template may raise whatever its expressions raise
        yield Fault(_place(error), language, sample.name, f"{type(error).__name__}: {error}")
        return
    for problem in _problems(mail, page, sample):
        yield Fault("", language, sample.name, problem)


def _place(error: Exception) -> str:
    """The file and line of the innermost template in which this was raised."""
    if isinstance(error, TemplateSyntaxError):
        return f"{_short(error.filename or error.name or '')}:{error.lineno}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".j2")]
    return f"{_short(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""


def _short(filename: str) -> str:
    """The file's name below the folder of templates; the operator's own files with their folder."""
    path = Path(filename)
    for folder in folders():
        if path.is_relative_to(folder):
            return str(path.relative_to(folder))
    return filename


def _problems(mail: OutgoingMail, page: Page, sample: Sample) -> Iterator[str]:
    """What a reader of this mail would miss or should not get."""
    for name, text in (("subject", mail.subject), ("text part", mail.text), ("HTML part", mail.html)):
        if not text.strip():
            yield f"the {name} is empty"
        elif "~hostile" not in sample.name and _LEFTOVER.search(text):
            yield f"the {name} holds template code that was not carried out"
    if len(mail.html.encode()) > HEAVIEST:
        yield f"the HTML part has {len(mail.html.encode()) // 1000} kB; readers cut it above {HEAVIEST // 1000} kB"
    tree = LexborHTMLParser(mail.html)
    for found in _foreign(tree):
        yield f"the HTML part loads something from elsewhere or runs something: {found}"
    if any(not (image.attributes.get("alt") or "").strip() for image in tree.css("img")):
        yield "a picture has no words in its place (alt)"
    if mail.token and page.audience == "debtor" and page.token not in mail.text:
        yield "the reference page.token is missing: an answer without quotation could not be told to whom it belongs"
    if sample.letter.kind is LetterKind.STATEMENT and "~" not in sample.name:
        yield from (f"{part} does not say {what}" for part, what in _unsaid(mail, page))


def _unsaid(mail: OutgoingMail, page: Page) -> Iterator[tuple[str, str]]:
    """What every statement says in both parts: the amount, each invoice, the account to pay to."""
    body = LexborHTMLParser(mail.html).body
    parts = (("the text part", mail.text), ("the HTML part", body.text() if body else ""))
    wanted = [formats.money(page.amount, page.language)] if page.amount else []
    wanted += [line.number for line in page.statement.due] if page.statement else []
    wanted += [page.slip.iban] if page.slip else []
    for part, text in parts:
        squeezed = _SPACES.sub("", text)
        yield from ((part, what) for what in wanted if _SPACES.sub("", what) not in squeezed)


def _foreign(tree: LexborHTMLParser) -> Iterator[str]:
    """What a reader's program would have to fetch or carry out."""
    yield from (f"<{node.tag}>" for node in tree.css(_ACTIVE))
    sources = (
        node.attributes.get(name) or "" for node in tree.css("[src], [background]") for name in ("src", "background")
    )
    yield from (source for source in sources if source and not source.startswith("cid:"))
    styles = [node.text() for node in tree.css("style")] + [
        node.attributes["style"] or "" for node in tree.css("[style]")
    ]
    yield from (found[0] for style in styles if (found := _FETCHED.search(style)))


def written(sample: Sample, folder: Path, templates_dir: Path | None = None) -> tuple[Path, ...]:
    """The files of this sample in the folder: its HTML with the pictures in it, its text, and what it carries on paper."""
    kept: list[bytes] = []

    def keep(content: bytes) -> str:
        kept.append(content)
        return str(len(kept) - 1)

    mail, _ = composed(sample.letter, replace(sample.facts, keep=keep, templates_dir=templates_dir))
    stem = f"{sample.name}-{sample.letter.language}"
    page, text = folder / f"{stem}.html", folder / f"{stem}.txt"
    page.write_text(with_pictures(mail, kept), encoding="utf-8")
    text.write_text(f"{mail.subject}\n\n{mail.text}", encoding="utf-8")
    files = [page, text]
    for part in mail.parts:
        if not part.cid and part.sha256.isdecimal() and int(part.sha256) < len(kept):
            files.append(folder / f"{stem}-{part.filename}")
            files[-1].write_bytes(kept[int(part.sha256)])
    return tuple(files)


def with_pictures(mail: OutgoingMail, kept: list[bytes]) -> str:
    """The HTML with every cid: picture as a data URL."""
    page = mail.html
    for part in mail.parts:
        if part.cid:
            data = base64.b64encode(kept[int(part.sha256)]).decode()
            page = page.replace(f"cid:{part.cid}", f"data:{part.media_type};base64,{data}")
    return page
