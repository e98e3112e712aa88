"""Mails are written in the HTML and CSS that mail programs know, and hold without what some of them leave out.

The lists are drawn from the tables of caniemail.com (feature by feature, as of 2025) and, for Outlook on Windows, from Microsoft's
"Word 2007 HTML and CSS rendering capabilities in Outlook 2007".
"""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from agent.demo.samples.letters import samples
from agent.domain.parties import LANGUAGES
from agent.outbox.compose import compose

# Known everywhere, or drawn by all and ignored without harm.
TAGS = frozenset(
    "html head meta title style body div table caption thead tbody tfoot tr th td p h1 h2 h3 span strong a br img bdi".split()
)
EVERYWHERE = frozenset(
    "background border border-bottom border-collapse border-left border-spacing border-top color display font font-family font-size"
    " font-style font-weight height letter-spacing line-height margin padding padding-bottom padding-left padding-right padding-top"
    " table-layout text-align text-decoration vertical-align white-space width".split()
)
# Where a program leaves these out, corners are square, a mail is as wide as its window, a long word runs on: all of it can be read.
ORNAMENT = frozenset(
    "-webkit-text-size-adjust -webkit-user-select border-radius max-height max-width min-width mso-hide opacity overflow overflow-wrap"
    " user-select word-break".split()
)
DISPLAYS = frozenset(("block", "inline-block", "none"))
# Gmail leaves out a style sheet that is larger (caniemail.com, "<style> element"), and a forwarded mail's altogether.
SHEET_LIMIT = 16_000
MEDIA = frozenset(("all", "(max-width: 480px)", "(prefers-color-scheme: dark)"))


@cache
def mails() -> tuple[tuple[str, str, str], ...]:
    """Every sample: its name, its language, the mail; written once, and not before a test asks."""
    return tuple(
        (sample.name, language, compose(sample.letter, sample.facts).html)
        for language in LANGUAGES
        for sample in samples(language)
    )


def declarations(node: LexborNode) -> Iterator[tuple[str, str]]:
    """What the style of this element sets."""
    for part in (node.attributes.get("style") or "").split(";"):
        name, colon, value = part.partition(":")
        if colon:
            yield name.strip(), value.strip()


def strange(html: str) -> set[str]:
    """What in this mail is not known to every program."""
    tree = LexborHTMLParser(html)
    found = set()
    for node in tree.css("*"):
        found |= {f"<{node.tag}>"} - {f"<{tag}>" for tag in TAGS}
        for name, value in declarations(node):
            if name not in EVERYWHERE | ORNAMENT or (name == "display" and value not in DISPLAYS):
                found.add(f"{name}: {value}")
            # Outlook on Windows passes over a declaration that is marked so.
            if "!important" in value or "url(" in value or "calc(" in value or "var(" in value:
                found.add(f"{name}: {value}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_use_what_every_program_knows(language: str) -> None:
    """No element and no property is outside of the lists."""
    for name, written_in, html in mails():
        if written_in == language:
            assert strange(html) == set(), name


def test_what_is_unknown_is_noticed() -> None:
    """The list holds something back."""
    assert strange('<div style="display: flex; gap: 2px"><video></video></div>') == {
        "display: flex",
        "gap: 2px",
        "<video>",
    }


def test_the_style_sheet_holds_only_what_may_be_left_out() -> None:
    """It is small, and asks of the screen's width and colours: what every reader needs stands in the elements themselves."""
    for name, _, html in mails():
        (sheet,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        assert len(sheet) < SHEET_LIMIT, name
        assert {query.strip() for query in re.findall(r"@media([^{]*)", sheet)} <= MEDIA, name
        assert "@import" not in sheet
        assert "@font-face" not in sheet


def test_outlook_gets_its_own_widths() -> None:
    """Behind conditional comments, in pairs, each opening and closing the same elements; no other program reads them."""
    for name, _, html in mails():
        told = re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html, re.DOTALL)
        assert html.count("<!--[if") == html.count("<![endif]-->"), name
        for tag in ("table", "tr", "td"):
            joined = "".join(told)
            assert len(re.findall(rf"<{tag}\b", joined)) == joined.count(f"</{tag}>"), name
        assert 'width="600"' in joined


def test_pictures_and_grounds_hold_without_styles() -> None:
    """Pictures say their width, and have no margin (Outlook.com takes it away); grounds stand in attributes as well."""
    for name, _, html in mails():
        tree = LexborHTMLParser(html)
        for image in tree.css("img"):
            assert (image.attributes.get("width") or "").isdecimal(), name
            assert not [style for style, _ in declarations(image) if style.startswith("margin")], name
        assert tree.css_first("body").attributes["bgcolor"], name
        assert {table.attributes.get("bgcolor") for table in tree.css("table.page, table.sheet")} == {
            "#eef1f4",
            "#ffffff",
        }


def test_what_mail_programs_ask_of_the_head() -> None:
    """Both colour schemes are announced, telephone numbers and dates are not made links, the preview shows the preheader alone."""
    for name, language, html in mails():
        tree = LexborHTMLParser(html)
        told = {m.attributes.get("name"): m.attributes.get("content") for m in tree.css("meta")}
        assert told["color-scheme"] == told["supported-color-schemes"] == "light dark", name
        assert "telephone=no" in (told["format-detection"] or "")
        assert tree.css_first("html").attributes["lang"] == language
        preheader = tree.css_first(".preheader").text()
        assert preheader.strip("\u2007\u034f \n"), name
        assert preheader.count("\u034f") >= 40, name
