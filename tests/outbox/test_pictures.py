"""What readers see: the mails as Chromium draws them, wide, on a phone and in the dark; who looks with other means is not barred.

After a wanted change: python -m benchmarks.gallery tests/data/pictures --approve, and a look at what it drew.
"""

import os
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from selectolax.lexbor import LexborHTMLParser

from agent.demo.samples.extremes import extreme_samples
from agent.domain.parties import LANGUAGES
from benchmarks.browser import LOOKS, Browser, Look, browser, chromium
from benchmarks.gallery import APPROVED, APPROVED_DIR, Shown, main_names, shown, written

needs_chromium = pytest.mark.skipif(
    chromium() is None and os.environ.get("CI") != "true", reason="chromium is not installed (make setup installs it)"
)
# Colours of the text and of the ground behind it, as WCAG 2.2 reckons them; large or bold large text may be fainter.
CONTRAST = """(() => {
  const parts = c => c.match(/[\\d.]+/g).map(Number);
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0.99) return c; } return [255, 255, 255]; };
  const faint = [];
  for (const e of document.body.querySelectorAll('*')) {
    const said = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!said || !e.checkVisibility({opacityProperty: true}) || e.closest('[aria-hidden=true], script, style, svg')) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const [a, b] = [light(parts(style.color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const enough = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if (ratio < enough) faint.push([e.textContent.trim().slice(0, 40), Math.round(ratio * 100) / 100]);
  }
  return faint;
})()"""
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"


@cache
def main(language: str) -> tuple[Shown, ...]:
    """The mails that everybody gets, written once, and not before a test asks."""
    return tuple(shown(language, frozenset(main_names())))


@pytest.fixture(scope="module")
def page() -> Iterator[Browser]:
    """One Chromium for all pictures."""
    with browser() as opened:
        yield opened


def difference(one: Path, other: Path) -> tuple[float, float]:
    """How far two pictures are apart: the mean over all pixels (0 to 255), and the share of pixels that changed, in percent.

    Both are halved first, since versions of Chromium smooth the edges of letters in other ways; what is missing below the
    shorter one counts as changed.
    """
    pictures = [Image.open(path).convert("L") for path in (one, other)]
    size = (max(p.width for p in pictures), max(p.height for p in pictures))
    grounds = [Image.new("L", size, p.getpixel((0, p.height - 1))) for p in pictures]
    for ground, picture in zip(grounds, pictures, strict=True):
        ground.paste(picture, (0, 0))
    apart = ImageChops.difference(*(g.reduce(2) for g in grounds))
    changed = sum(apart.histogram()[48:])
    return ImageStat.Stat(apart).mean[0], 100 * changed / (apart.width * apart.height)


def same(one: Path, other: Path) -> bool:
    """Whether a reader would call both the same picture."""
    mean, changed = difference(one, other)
    return mean <= 2 and changed <= 1


@needs_chromium
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize(("name", "language"), APPROVED)
def test_mails_look_as_approved(page: Browser, name: str, language: str, look: Look, tmp_path: Path) -> None:
    """A mail of each build is drawn as somebody approved it, in fonts that are pinned."""
    mail = next(m for m in main(language) if m.name == name)
    drawn = tmp_path / f"{name}-{language}-{look.name}.png"
    page.look(mail.html, look)
    page.picture(drawn, 32)
    assert same(drawn, APPROVED_DIR / drawn.name), f"{difference(drawn, APPROVED_DIR / drawn.name)}; see {__doc__}"


@needs_chromium
def test_a_change_of_layout_is_noticed(page: Browser, tmp_path: Path) -> None:
    """A line less, or another ground, is not the approved picture."""
    mail = main("fr")[next(n for n, m in enumerate(main("fr")) if m.name == "statement-friendly")]
    approved = APPROVED_DIR / "statement-friendly-fr-wide.png"
    tree = LexborHTMLParser(mail.html)
    tree.css("tbody tr")[0].decompose()
    for number, html in enumerate((tree.html or "", mail.html.replace("background: #f3f6f9", "background: #33f6f9"))):
        page.look(html, LOOKS[0])
        page.picture(tmp_path / f"{number}.png", 32)
        assert not same(tmp_path / f"{number}.png", approved)


@needs_chromium
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_must_be_pushed_sideways_on_a_phone(page: Browser, language: str) -> None:
    """At 375 pixels every kind of mail fits its width."""
    for mail in main(language):
        page.look(mail.html, Look("phone", 375))
        wide, window = page.run(WIDTHS)
        assert wide <= window, mail.name


@needs_chromium
def test_long_names_and_huge_amounts_fit_a_phone(page: Browser) -> None:
    """Names of 120 characters, in one word or another script, hostile ones, amounts of a thousand billion, 200 lines: none is too wide."""
    for sample in extreme_samples("de"):
        page.look(written(sample).html, Look("phone", 375))
        wide, window = page.run(WIDTHS)
        assert wide <= window, sample.name


@needs_chromium
@pytest.mark.parametrize("look", LOOKS[::2], ids=lambda look: look.name)
def test_text_stands_out_from_its_ground(page: Browser, look: Look) -> None:
    """Contrast of 4.5 (3 for large text) in light and dark colours, for every kind."""
    for mail in main("fr"):
        page.look(mail.html, look)
        assert page.run(CONTRAST) == [], mail.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_readers_with_other_means_find_their_way(language: str) -> None:
    """Language, one main region, headings in order, named columns and rows, pictures and links in words."""
    for mail in main(language):
        assert barriers(mail) == [], mail.name


def barriers(mail: Shown) -> list[str]:
    """What would bar a reader who listens, or has no pointer."""
    tree = LexborHTMLParser(mail.html)
    found = []
    root = tree.css_first("html")
    if root is None or root.attributes.get("lang") != mail.language:
        found.append("language")
    if not (tree.css_first("title") and tree.css_first("title").text().strip()):
        found.append("title")
    if len(tree.css("main, [role=main]")) != 1:
        found.append("main region")
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")]
    if levels.count(1) != 1 or any(after > before + 1 for before, after in pairwise(levels)):
        found.append(f"headings {levels}")
    for table in tree.css("table"):
        if table.attributes.get("role") != "presentation" and not table.css("th[scope]"):
            found.append(f"table without heads: {table.text()[:40]!r}")
    found += [f"picture: {i.attributes}" for i in tree.css("img") if not (i.attributes.get("alt") or "").strip()]
    found += [f"link: {a.attributes}" for a in tree.css("a") if not a.text().strip()]
    return found
