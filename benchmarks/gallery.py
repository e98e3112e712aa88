"""Pictures of the mails, as Chromium shows them: python -m benchmarks.gallery OUTDIR [--only NAME] [--lang fr] [--all].

Each mail is drawn at 600 and 375 pixels and in dark mode; OUTDIR also gets its HTML, with the inline pictures put in, its text, and
a contact sheet of all (contact.html, contact.png). With --readme OUTDIR gets just the pictures of the README under their own names;
with --approve the approved pictures that the tests compare with. Where there is an axe.min.js, what it
finds is printed, and one serious finding is exit code 1.
"""

import argparse
import html
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw

from agent.demo.proofreading import with_pictures
from agent.demo.samples.books import NOW, creditor, sample_ledger
from agent.demo.samples.codes import CODES
from agent.demo.samples.letters import Sample, samples
from agent.domain.dunning_plan import DunningPlan
from agent.domain.letters import LetterKind
from agent.domain.parties import LANGUAGES
from agent.outbox.compose import compose
from agent.outbox.dashboard import report_page
from agent.reports.monthly import receivables_report
from benchmarks.browser import LOOKS, Browser, browser

DASHBOARD = "dashboard"
ALSO = (
    *(f"statement-{level}" for level in CODES[LetterKind.STATEMENT]),
    "statement-claims",
    "statement-logo",
    "acknowledgement-review",
    "question-after_last_statement",
    "action_notice-promise",
    "refusal-unreadable_encrypted",
    "payment_plan-courtesy",
    DASHBOARD,
)
README = {"statement": "statement-logo", "acknowledgement": "acknowledgement-review", "digest": "digest"}
# Each language and look, and each block that a mail is made of, stands in at least one.
APPROVED = (
    ("statement-friendly", "fr"),
    ("statement-claims", "nl"),
    ("acknowledgement-review", "en"),
    ("question-after_last_statement", "de"),
    ("action_notice-promise", "nl"),
    ("digest", "fr"),
    ("receipt-promise", "de"),
    ("fee_statement", "en"),
    ("monthly_report", "fr"),
    ("statement-logo", "de"),
    ("formal_notice", "nl"),
    ("thanks", "en"),
)
APPROVED_DIR = Path(__file__).parents[1] / "tests" / "data" / "pictures"
_AXE = """axe.run(document, {resultTypes: ['violations']}).then(r => r.violations
  .map(v => [v.impact, v.id, v.help, v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')]))"""
_THUMB = 180


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail with everything that a reader sees: its HTML with the pictures in it, its text."""

    name: str
    language: str
    html: str
    text: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--only", action="append", help="a mail's name, for instance statement-friendly")
    parser.add_argument("--lang", action="append", choices=LANGUAGES)
    parser.add_argument("--all", action="store_true", help="every code of every kind")
    parser.add_argument("--readme", action="store_true", help="the README's pictures only")
    parser.add_argument("--approve", action="store_true", help="draw the pictures that the tests compare with")
    parser.add_argument("--axe", type=Path, help="axe.min.js, where there is one: look for what bars readers")
    asked = parser.parse_args()
    started = time.monotonic()
    asked.outdir.mkdir(parents=True, exist_ok=True)
    serious: list[str] = []
    with browser() as page:
        if asked.readme:
            drawn = readme_pictures(page, asked.outdir)
        elif asked.approve:
            drawn = approve(page, asked.outdir)
        else:
            wanted = asked.only or ([] if asked.all else main_names())
            drawn, serious = gallery(page, asked.outdir, wanted, asked.lang or LANGUAGES, asked.axe)
            contact_sheet(asked.outdir, drawn)
    print(f"{len(drawn)} pictures in {asked.outdir}, {time.monotonic() - started:.0f} s")
    if serious:
        raise SystemExit(f"{len(serious)} serious finding(s) of axe-core")


def main_names() -> list[str]:
    """One mail of each kind, and those whose page is built in another way."""
    first = (f"{kind.value}-{codes[0]}" if codes[0] else kind.value for kind, codes in CODES.items())
    return list(dict.fromkeys([*first, *ALSO]))


def gallery(
    page: Browser, outdir: Path, names: Iterable[str], languages: Iterable[str], axe: Path | None = None
) -> tuple[list[Path], list[str]]:
    """Every mail of these names (none: all) in these languages and all looks, its HTML and text beside them; axe's grave findings."""
    drawn, serious = [], []
    script = axe.read_text(encoding="utf-8") if axe and axe.is_file() else ""
    for mail in (m for language in languages for m in shown(language, frozenset(names))):
        stem = f"{mail.name}-{mail.language}"
        (outdir / f"{stem}.html").write_text(mail.html, encoding="utf-8")
        (outdir / f"{stem}.txt").write_text(mail.text, encoding="utf-8")
        drawn += draw(page, mail, outdir)
        # Dark colours are what is shown last; what is too wide shows on a phone.
        page.look(mail.html, replace(LOOKS[1], dark=True))
        for finding in findings(page, script) if script else ():
            print(f"{stem}: {finding}")
            serious += [finding] * finding.startswith(("serious", "critical"))
    return drawn, serious


def shown(language: str, names: frozenset[str] = frozenset()) -> Iterator[Shown]:
    """The sample mails of these names (none: all) in this language."""
    for sample in samples(language):
        if not names or sample.name in names:
            yield written(sample)
    if not names or DASHBOARD in names:
        yield Shown(DASHBOARD, language, dashboard(language), "")


def dashboard(language: str) -> str:
    """The page of `relance report --html` over the sample books."""
    ledger = sample_ledger(language)
    items, questions = tuple(ledger.items.values()), tuple(ledger.questions.values())
    report = receivables_report(items, dict(ledger.accounts), questions, DunningPlan(), NOW.date(), None)
    return report_page(creditor(language), report, language)


def written(sample: Sample) -> Shown:
    """The mail of this sample."""
    kept: list[bytes] = []

    def keep(content: bytes) -> str:
        kept.append(content)
        return str(len(kept) - 1)

    mail = compose(sample.letter, replace(sample.facts, keep=keep))
    return Shown(sample.name, sample.letter.language, with_pictures(mail, kept), f"{mail.subject}\n\n{mail.text}")


def draw(page: Browser, mail: Shown, outdir: Path, colours: int = 64) -> list[Path]:
    """PNG pictures of this mail: wide, phone, dark."""
    drawn = []
    for look in LOOKS:
        page.look(mail.html, look)
        drawn.append(outdir / f"{mail.name}-{mail.language}-{look.name}.png")
        page.picture(drawn[-1], colours)
    return drawn


def approve(page: Browser, outdir: Path) -> list[Path]:
    """The pictures that the tests compare with, for OUTDIR = tests/data/pictures."""
    return [
        p
        for name, language in APPROVED
        for mail in shown(language, frozenset({name}))
        for p in draw(page, mail, outdir, 32)
    ]


def readme_pictures(page: Browser, outdir: Path) -> list[Path]:
    """The README's pictures in English: each mail wide, and as a phone shows it."""
    by_name = {mail.name: mail for mail in shown("en", frozenset(README.values()))}
    drawn = []
    for name, sample in README.items():
        for look, target in ((LOOKS[0], outdir / f"{name}.png"), (LOOKS[1], outdir / f"{name}-phone.png")):
            page.look(by_name[sample].html, look)
            page.picture(target, 128)
            drawn.append(target)
    return drawn


def findings(page: Browser, axe: str) -> list[str]:
    """What axe-core finds on the page that is shown, the impact first."""
    page.run(axe + ";1")
    return [" · ".join(map(str, found)) for found in page.run(_AXE)]


def contact_sheet(outdir: Path, pictures: list[Path]) -> None:
    """All pictures small, one row a mail: a page that leads to each, and one picture."""
    rows = [pictures[n : n + len(LOOKS)] for n in range(0, len(pictures), len(LOOKS))]
    lines = [
        f"<h2>{html.escape(row[0].stem.removesuffix('-wide'))}</h2>"
        + "".join(f'<a href="{p.name}"><img src="{p.name}" alt="{p.stem}" loading="lazy"></a>' for p in row)
        for row in rows
    ]
    style = "body{font:14px sans-serif;margin:24px}img{width:240px;height:320px;object-fit:cover;object-position:top;margin:4px;border:1px solid #ccc}"
    page = (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Mails</title><style>{style}</style><h1>Mails</h1>'
    )
    (outdir / "contact.html").write_text(page + "\n".join(lines), encoding="utf-8")
    across = 4
    cell = (_THUMB * len(LOOKS) + 24, _THUMB * 4 // 3 + 28)
    sheet = Image.new("RGB", (cell[0] * across, cell[1] * -(-len(rows) // across) or 1), "#ffffff")
    pen = ImageDraw.Draw(sheet)
    for index, row in enumerate(rows):
        left, top = (index % across) * cell[0], (index // across) * cell[1]
        pen.text((left + 6, top + 6), row[0].stem.removesuffix("-wide"), fill="#000000")
        for place, path in enumerate(row):
            sheet.paste(_thumb(path), (left + 6 + place * (_THUMB + 4), top + 24))
    sheet.quantize(64, dither=Image.Dither.NONE).save(outdir / "contact.png", optimize=True)


def _thumb(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    height = min(image.height, image.width * 4 // 3)
    return image.crop((0, 0, image.width, height)).resize((_THUMB, max(1, _THUMB * height // image.width)))


if __name__ == "__main__":
    main()
