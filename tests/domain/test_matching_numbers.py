"""Which invoice numbers a payment's text names: the whole numbers, the last digits that stand for others, ranges, and strange ones."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain.findings import Entry
from agent.domain.matching import Book, BookItem
from agent.domain.matching.numbers import find, is_whole, reads_as, resembles, with_bare
from agent.domain.matching.paged import numbers_in, spans
from agent.domain.matching.reading import read

DAY = date(2027, 3, 10)


def item(id_, number, open_="10", **more):
    amount = Decimal(open_)
    return replace(BookItem(id_, "d", number, date(2027, 2, 1), "EUR", amount, amount), **more)


# Each by a letter: two series that share their digits, plain numbers short and long, one like a month, one with a word as its series.
BOOK = Book.of(
    [
        item("a", "F2027-0105"),
        item("b", "F2027-0107"),
        item("c", "F2027-0119"),
        item("g", "G2027-0119"),
        item("s", "118"),
        item("t", "4711"),
        item("m", "11/2027"),
        item("n", "NR2027-0135"),
        item("p", "2027-0201"),
        item("l", "12345"),
        item("o", "1"),
    ],
    [],
)


def ids(items):
    return "".join(i.id for i in items)


def found(text):
    """Numbers, last digits, ranges and strange ones, by letters."""
    reading = read(text, "", lambda written: is_whole(written, BOOK, DAY))
    numbers = find(reading, BOOK, DAY)
    return (
        " ".join(ids(hit.items) for hit in numbers.hits),
        " ".join(ids(tail.items) for tail in numbers.tails),
        " ".join(ids(pair) for pair in numbers.ranges),
        " ".join(numbers.strange),
    )


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("F2027-0105", "a"),
        ("f 2027 / 0105", "a"),
        ("F2027.0105", "a"),
        ("F2027_0105", "a"),
        ("F2027 - 0105", "a"),
        ("F-2027-0105", "a"),
        # digits alone stand for every series that has them
        ("2027-0119", "c" + "g"),
        ("NR 2027-0105", "a"),
        ("NR2027-0135", "n"),
        # a word that announces numbers may be glued to one, a short one only with a mark between
        ("FACTURE2027-0105", "a"),
        ("FACTUREG2027-0119", "g"),
        ("FNR2027-0105", "a"),
        ("FACT-2027-0105", "a"),
        ("FACTS2027-0105", "a"),
        # a number like a month is one where the firm numbers so
        ("11/2027", "m"),
        # short numbers: announced, listed, or nothing else there
        ("facture 118", "s"),
        ("fact. 118", "s"),
        ("118", "s"),
        ("n° 118 et 4711", "s t"),
        ("facture 118, 4711", "s t"),
        ("-118", "s"),
        ("a 12345", "l"),
        # behind an order's number, a comma ends the order
        ("commande 4711, 12345", "l"),
    ],
)
def test_a_number_is_read_in_the_ways_in_which_people_write_it(text, hits):
    """Whole, and nothing strange is left of it."""
    assert found(text) == (hits, "", "", "")


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("X2027-0119", "X2027-0119"),
        ("NR2027-0105", "NR2027-0105"),
        ("FACT2027-0105", "FACT2027-0105"),
        ("FAC-2027-0105", "FAC-2027-0105"),
        ("RE2027-0105", "RE2027-0105"),
        ("12027-0105", "12027-0105"),
        ("F2027-01055", "F2027-01055"),
        ("F2027-0105A", "F2027-0105A"),
        ("B99/777 C88_666", "B99/777 C88_666"),
        ("X-99-123 Y 12 Z1234567", "X-99-123 Z1234567"),
        ("F2027:0105", "F2027 0105"),
        ("payé 118", "118"),
        ("ab12", ""),
        ("ab123", "AB123"),
        ("1999", ""),
        ("2099", ""),
        ("1899", "1899"),
        ("2199", "2199"),
        ("A2026", "A2026"),
        ("20271", "20271"),
        ("facture 2026", ""),
        ("commande 4711", ""),
    ],
)
def test_what_only_looks_like_a_number_of_ours_is_strange(text, strange):
    """With foreign letters or digits tight before or behind it; a year, two digits and an order's number are nothing at all."""
    assert found(text) == ("", "", "", strange)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("F2027-0105 + 107", ("a", "b", "", "")),
        ("F2027-0105,107,119", ("a", "b c", "", "")),
        ("F2027-0105 (107)", ("a", "b", "", "")),
        ("F2027 0105 0107", ("a", "b", "", "")),
        ("F2027-0105 107 payé 119", ("a", "b", "", "119")),
        ("F2027-0105 999", ("a", "", "", "999")),
        ("F2027-0105 x107", ("a", "", "", "X107")),
        ("F2027-0105 7", ("a", "", "", "")),
        ("F2027-0105 07", ("a", "b", "", "")),
        ("F2027-0105 commande 107", ("a", "", "", "")),
        # the last digits are of the series of the number before them
        ("F2027-0105; G2027-0119 + 105", ("a g", "", "", "105")),
        ("F2027-0105 119 + G2027-0119", ("a g", "c", "", "")),
        ("G2027-0119 et F2027-0105 + 107", ("g a", "b", "", "")),
        ("F2027-0105 à 0107", ("a", "b", "ab", "")),
        ("F2027-0105 - 107", ("a", "b", "ab", "")),
        ("F2027-0105 t/m 107", ("a", "b", "ab", "")),
        ("F2027-0105 bis F2027-0119", ("a c", "", "ac", "")),
        ("F2027-0105 en 107 au 119", ("a", "b c", "bc", "")),
        ("F2027-0105 et F2027-0107", ("a b", "", "", "")),
        ("1-2027-0105", ("o a", "", "oa", "")),
        ("facture 118 x 4711", ("s", "", "", "4711")),
        ("118 119", ("s", "", "", "119")),
    ],
)
def test_the_last_digits_after_a_number_and_ranges(text, expected):
    """Digits between list marks stand for a further number of the same series; a range has its two ends."""
    assert found(text) == expected


def test_an_item_is_no_number_before_its_day():
    """Nor does it make a month a number."""
    early = date(2027, 1, 31)
    assert find(read("F2027-0105"), BOOK, early).hits == ()
    assert (is_whole("11/2027", BOOK, DAY), is_whole("11/2027", BOOK, early)) == (True, False)
    assert not is_whole("12345", Book.of([item("l", "12345")], []), DAY)


def bare(amount, text, *items, currency="EUR"):
    book = Book.of(items, [])
    reading = read(text)
    entry = Entry(Decimal(amount), currency, DAY, remittance=text)
    done = with_bare(find(reading, book, DAY), reading, book, entry)
    return " ".join(ids(hit.items) for hit in done.hits), " ".join(done.strange)


SHORT, OTHER = item("x", "F-118", "50"), item("y", "F-2040", "30")


@pytest.mark.parametrize(
    ("amount", "text", "expected"),
    [
        ("50", "payé 118", ("x", "")),
        ("80", "payé 118 puis 2040", ("x y", "")),
        ("80", "payé 118 puis 2040 puis 777", ("x y", "777")),
        ("49", "payé 118", ("", "118")),
        ("80", "payé 118", ("", "118")),
        ("50", "payé 118a", ("", "118A")),
        ("50", "payé x118", ("", "X118")),
        ("50", "commande 118", ("", "")),
        ("0", "payé 119", ("", "119")),
    ],
)
def test_bare_short_numbers_count_where_their_items_make_the_amount(amount, text, expected):
    """Standing alone between blanks, three or four digits, open, and together exactly the sum."""
    assert bare(amount, text, SHORT, OTHER) == expected


def test_a_bare_number_is_of_one_open_item_in_the_movements_currency():
    """Shared, settled, in another currency or too short it may be anything."""
    assert bare("50", "payé 118", SHORT, item("z", "G-118", "50"))[0] == ""
    assert bare("50", "payé 118", SHORT, item("z", "G-118", "50", open=Decimal(0)))[0] == "x"
    assert bare("50", "payé 118", SHORT, item("z", "G-118", "50", currency="USD"))[0] == "x"
    assert bare("50", "payé 118", SHORT, currency="USD")[0] == ""
    assert bare("50", "payé 18", item("x", "F-18", "50"))[0] == ""
    assert bare("49", "payé 12345", item("x", "F-12345", "50")) == ("x", "")


@pytest.mark.parametrize(
    ("written", "number", "same"),
    [
        ("O118", "0118", True),
        ("F-O118", "F-0118", True),
        ("2027-118", "F2027118", True),
        ("F2O27-118", "F2027-118", True),
        ("0118", "F0118", True),
        ("118", "0118", False),
        ("20-27", "2-027", True),
        ("ABC", "ABC", False),
        ("", "", False),
    ],
)
def test_a_number_reads_as_another_with_the_same_digits(written, number, same):
    """Whatever marks and letters stand among them, letters like digits read as these; without digits it reads as nothing."""
    assert reads_as(written, number) is same


@pytest.mark.parametrize(
    ("written", "number", "alike"),
    [
        ("12", "12", False),
        ("123", "123", True),
        ("0123", "123", True),
        ("1234", "12345", True),
        ("123456", "12345", True),
        ("1234567", "12345", False),
        ("12435", "12345", True),
        ("12345", "13245", True),
        ("12354", "12345", True),
        ("54321", "12345", False),
        ("1235", "1234", False),
        ("12365", "12345", True),
        ("345", "12345", True),
        ("123", "12345", False),
        ("045", "2027-45", True),
        ("13-7", "13-007", True),
        ("137", "13-007", False),
    ],
)
def test_a_slip_is_one_digit_of_five_or_more(written, number, alike):
    """Dropped, added, changed or swapped; or the zeros before a part; or its last digits, three at least."""
    assert resembles(written, number) is alike


@pytest.mark.parametrize(
    ("text", "spans_"),
    [
        ("F12", ["F12", "12"]),
        ("F-12", ["F12", "12"]),
        ("-12-", ["12"]),
        ("F1", []),
        ("12 AB 34", ["12", "12AB", "12AB34", "AB34", "34"]),
        ("12/34", ["12", "1234", "34"]),
        ("a 1 b 2", ["A1B2", "1B2"]),
        # eight tokens are the longest that are looked up
        ("1 b c d e f g h 2", []),
        ("1 b c d e f g 2", ["1BCDEFG2"]),
    ],
)
def test_everything_that_may_be_a_number_is_looked_up(text, spans_):
    """Runs of words and digits without the marks between them, two digits at least."""
    assert list(spans(read(text))) == spans_
    assert numbers_in(text) == frozenset(spans_)
