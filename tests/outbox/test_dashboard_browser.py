"""The dashboard in a real browser, without a network: it sorts at a click, runs no other script, and is readable to all."""

import base64
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest

from agent.domain.dunning_plan import DunningPlan
from agent.outbox.dashboard import report_page
from agent.reports.monthly import receivables_report
from benchmarks.browser import Look, browser, chromium
from tests.builders import CREDITOR, account, item

TODAY = date(2026, 9, 10)
HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
WIDE, PHONE, DARK = Look("wide", 1000), Look("phone", 375), Look("dark", 1000, dark=True)

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium")

_CLICK = """(async () => {
  const table = document.querySelectorAll("table.sortable")[1];
  const numbers = () => [...table.tBodies[0].rows].map((row) => row.cells[0].textContent);
  const head = table.tHead.rows[0].cells[5], button = head.querySelector("button");
  const seen = [numbers()];
  button.click(); seen.push(numbers(), head.getAttribute("aria-sort"));
  button.click(); seen.push(numbers(), head.getAttribute("aria-sort"));
  return seen;
})()"""
_KEYBOARD = """(() => {
  const head = document.querySelectorAll("table.sortable")[1].tHead.rows[0].cells[4], button = head.querySelector("button");
  button.focus();
  return document.activeElement.tagName;
})()"""
_SORTED = """document.querySelectorAll("table.sortable")[1].tHead.rows[0].cells[4].getAttribute("aria-sort")"""
_FILTER = """(() => {
  const table = document.querySelectorAll("table.sortable")[1], field = table.parentElement.previousElementSibling;
  const shown = () => [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[0].textContent);
  const type = (words) => { field.querySelector("input").value = words; field.querySelector("input").dispatchEvent(new Event("input")); };
  const seen = [], count = () => field.querySelector("[role=status]").textContent;
  type("CAFE 1,000"); seen.push(shown(), count());
  type(""); seen.push(shown(), count());
  type("nobody"); seen.push(shown());
  return seen;
})()"""
_PHONE = """(() => {
  const wider = [...document.querySelectorAll(".wide")].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent.trim().slice(0, 40));
  const cell = document.querySelectorAll("table.sortable")[1].tBodies[0].rows[0].cells[1];
  return [wider, getComputedStyle(cell, "::before").content];
})()"""
# What axe-core calls serious, as far as a page of tables can have it.
_FLAWS = """(() => {
  const flaws = [];
  const light = (c) => {
    const [r, g, b] = c.match(/[\\d.]+/g).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c; } return "rgb(255, 255, 255)"; };
  for (const e of document.querySelectorAll("main *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) flaws.push(`contrast ${((a + 0.05) / (b + 0.05)).toFixed(2)}: ${e.textContent.slice(0, 30)}`);
  }
  if (!document.documentElement.lang || !document.title) flaws.push("language or title");
  if (document.querySelectorAll("h1").length !== 1) flaws.push("h1");
  for (const th of document.querySelectorAll("th")) if (!th.scope || !th.textContent.trim()) flaws.push("empty or unscoped heading");
  for (const b of document.querySelectorAll("button")) if (!b.textContent.trim()) flaws.push("button without a name");
  if (document.documentElement.scrollWidth > innerWidth) flaws.push(`wider than the window: ${document.documentElement.scrollWidth}`);
  return flaws;
})()"""


def page(name: str = "Client et Fils SA") -> str:
    """Three open invoices whose amounts sort otherwise as text than as figures."""
    items = [
        replace(item(f"i{n}", due=TODAY - timedelta(days=70 - 20 * n), total=total), statements=(TODAY, TODAY))
        for n, total in enumerate(("900.00", "1000.00", "85.50"))
    ]
    report = receivables_report(items, {"d1": account(name=name)}, (), DunningPlan(), TODAY)
    return report_page(CREDITOR, report, "en")


def test_a_click_on_a_heading_sorts_by_value_up_and_down() -> None:
    """Amounts as amounts; the heading says to a screen reader how its column is sorted."""
    with browser() as shown:
        shown.look(page(), WIDE)
        before, up, rising, down, falling = shown.run(_CLICK)
    assert before == ["N-i0", "N-i1", "N-i2"]
    assert (up, rising) == (["N-i2", "N-i0", "N-i1"], "ascending")
    assert (down, falling) == (["N-i1", "N-i0", "N-i2"], "descending")


def test_the_keyboard_sorts_as_a_click_does() -> None:
    """Its headings are buttons: Tab reaches them, Enter presses them."""
    with browser() as shown:
        shown.look(page(), WIDE)
        assert shown.run(_KEYBOARD) == "BUTTON"
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        for kind in ("keyDown", "keyUp"):
            shown.call("Input.dispatchKeyEvent", {"type": kind, **enter})
        assert shown.run(_SORTED) == "ascending"


def test_a_filter_leaves_the_rows_that_hold_its_words() -> None:
    """Whatever the case and the accents; it says how many there are, and leaves all when it is empty."""
    with browser() as shown:
        shown.look(page("Café des Halles"), WIDE)
        assert shown.run(_FILTER) == [["N-i1"], "1 / 3", ["N-i0", "N-i1", "N-i2"], "", []]


def test_it_prints_every_row_in_light_colours_without_its_tools() -> None:
    """Also from a dark screen."""
    with browser() as shown:
        shown.look(page(), DARK)
        shown.call(
            "Emulation.setEmulatedMedia",
            {"media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark"}]},
        )
        tools, ink = shown.run(
            "[[...document.querySelectorAll('.filter, .hint')].map((e) => getComputedStyle(e).display), getComputedStyle(document.body).color]"
        )
        pdf = base64.b64decode(shown.call("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert set(tools) == {"none"}
    assert ink == "rgb(22, 33, 44)"
    assert pdf.startswith(b"%PDF")
    text = "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(pdf))
    assert all(f"N-i{n}" in text for n in range(3))


def test_a_phone_scrolls_in_one_direction_only() -> None:
    """Rows are cards there, each value named by its heading; no table is wider than its place."""
    with browser() as shown:
        shown.look(page("Client et Fils Construction et Rénovation SA"), PHONE)
        wider, label = shown.run(_PHONE)
    assert wider == []
    assert label.startswith('"Debtor')


def test_nothing_of_anybody_elses_runs() -> None:
    """The policy of the page lets its one script run and fetches nothing."""
    with browser() as shown:
        shown.look(page(HOSTILE), WIDE)
        title, fetched = shown.run("[document.title, performance.getEntriesByType('resource').length]")
    assert title != "taken"
    assert fetched == 0


@pytest.mark.parametrize("look", [WIDE, PHONE, DARK], ids=lambda look: look.name)
def test_it_is_readable_to_all(look: Look) -> None:
    """Contrast, headings, names and width; wide, on a phone, in dark colours."""
    with browser() as shown:
        shown.look(page(), look)
        assert shown.run(_FLAWS) == []
