"""Who may do what: every cell of the matrix in docs/spec/roles.md, tried by mail against the whole program."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.roles.book import Book
from tests.roles.matrix import MATRIX, REPORTS
from tests.roles.outcomes import outcome
from tests.roles.people import ATELIER, COLUMNS, Sender, address_of, posted
from tests.roles.powers import POWERS, Power, mail_of

SPEC = Path(__file__).parents[2] / "docs" / "spec" / "roles.md"
SECURITY = SPEC.parents[1] / "security.md"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    made = Book(tmp_path_factory.mktemp("roles"))
    yield made
    made.close()


def _tried(ways: Sequence[Sender], row: int) -> tuple[Sender, ...]:
    """The ways of this row: two of the owner's, taking turns, and all of everybody else's."""
    return tuple(ways[(row + turn) % len(ways)] for turn in range(min(2, len(ways))))


def _heard(power: Power, sender: Sender, word: str) -> tuple[set[str], set[str]]:
    """Who must have been written to, and who may have been besides."""
    people = {address_of(one) for one in (power.house.owner, power.house.staff, power.house.viewer)}
    himself, owner = {address_of(sender.address)}, {address_of(power.house.owner)}
    if word == "refused" and himself <= people:
        return himself, owner
    if word in ("asked", "refused", "own"):
        return himself, set()
    if word == "shown":
        return owner, set()
    if word == "holds":
        return owner, himself
    return (set(), people | himself | {power.debtor.email}) if word == "does" else (set(), set())


@pytest.mark.parametrize("power", POWERS, ids=lambda power: power.name)
def test_each_cell_of_a_row(book, power):
    """Each sender brings about what the matrix says, and who must hear of it does; rows take turns at the ways to prove oneself or to fail."""
    for column, word in zip(COLUMNS, MATRIX[power.name], strict=True):
        for sender in _tried(COLUMNS[column](power.house, power.debtor), POWERS.index(power)):
            opened = book.open()
            opened.receive(posted(mail_of(power, sender, book, opened), sender))
            heard = {address for mail in opened.fresh() for address in (*mail.to, *mail.cc)}
            found = outcome(opened, power)
            opened.close()
            must, may = _heard(power, sender, word)
            assert (found, heard - may) == (word, must - may), f"{column} ({sender.proof})"


def test_who_gets_reports(book):
    """Digest and monthly report go to owners and viewers, and to nobody else."""
    for column, word in zip(COLUMNS, MATRIX[REPORTS], strict=True):
        for sender in COLUMNS[column](ATELIER, POWERS[0].debtor):
            letters = book.letters.get(address_of(sender.address), ())
            got = any(b"Votre semaine" in raw or "Vos créances" in str(raw) for raw in letters)
            assert got == (word == "does"), column


def test_the_specification_has_the_same_cells():
    """Row by row and column by column; none is missing on either side."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in _table()]
    head, *body = rows
    assert head[1:] == list(COLUMNS)
    told = {row[0]: tuple(row[1:]) for row in body}
    assert told == {name: tuple("–" if word == "silence" else word for word in words) for name, words in MATRIX.items()}
    assert set(MATRIX) == {power.name for power in POWERS} | {REPORTS}
    assert sum(map(len, told.values())) == len(MATRIX) * len(COLUMNS)


def _table() -> list[str]:
    lines = SPEC.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| power "))
    rows = [line for line in lines[start:] if line.startswith("|")]
    return [row for row in rows if not re.fullmatch(r"[| :-]+", row)]


def test_the_page_on_security_counts_powers_and_senders_rightly():
    """As many as the matrix has rows and columns."""
    told = SECURITY.read_text(encoding="utf-8")
    assert re.findall(r"(\d+) powers, (\d+) kinds of sender", told) == [(str(len(MATRIX)), str(len(COLUMNS)))]
