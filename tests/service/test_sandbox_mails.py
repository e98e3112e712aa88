"""Hostile files sent by mail to the whole program: the sender is told in words, the books stay as they are, the next mail is read."""

from dataclasses import replace

import pytest

from tests.parsers.invoices import bombs
from tests.service.world import BRUNO, World
from tests.walks.invoices import ubl

ADDRESS = "bruno@atelier-bruno.example"
SAID = {
    "hostile": "sans risque",
    "encrypted": "mot de passe",
    "broken": "abîmé",
    "too_large": "trop volumineux",
    "no_text": "aucun texte",
}


def answer(world):
    """The latest answer's words, however its lines are broken."""
    return " ".join(world.text(ADDRESS).split())


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("f_pdf", bombs.flate_bomb, "hostile"),
        ("f_pdf", bombs.file_bomb, "hostile"),
        ("f_pdf", bombs.many_pages, "too_large"),
        ("f_pdf", lambda: bombs.locked(b"1234"), "encrypted"),
        ("f_pdf", lambda: bombs.page()[:250], "broken"),
        ("f_xml", lambda: bombs.ubl("<Note>&a9;</Note>", bombs.laughs()), "hostile"),
        ("f_xml", lambda: bombs.fetching_xml("http://127.0.0.1:9")["dtd"], "hostile"),
        ("f_pdf", lambda: bombs.picture_bombs()["huge"], "no_text"),
    ],
)  # fmt: skip
def test_the_sender_is_told_what_to_do(world, name, content, said):
    """One answer, in words, and nothing followed; the ordinary invoice that comes after it is."""
    world.write(BRUNO, **{name: content()})
    assert SAID[said] in answer(world)
    assert world.items() == {}
    world.hand_over()
    assert list(world.items()) == ["2026-501"]


def test_a_good_invoice_beside_a_bomb_is_followed(world):
    """The bomb costs its own child, not the mail that carried it."""
    world.write(BRUNO, a_pdf=bombs.nested_filters(), b_xml=ubl("2026-501"))
    assert list(world.items()) == ["2026-501"]
    assert SAID["hostile"] in answer(world)


def test_archives_that_unpack_without_end(world):
    """A ZIP of gibibytes, one in another, or one that asks for a password ends at its limit and is answered."""
    bomb = bombs.zipped({f"{n}.pdf": b"\0" * 30_000_000 for n in range(4)})
    world.write(BRUNO, bomb_zip=bomb)
    assert SAID["too_large"] in answer(world)
    world.write(BRUNO, nest_zip=bombs.zipped({"a.zip": bombs.zipped({"b.zip": bomb})}))
    assert SAID["too_large"] in answer(world)
    assert world.items() == {}


def test_a_document_in_a_workbooks_clothes(world):
    """A PDF named .xlsx is read as what it is; an archive named .pdf is opened as an archive."""
    world.write(BRUNO, f_pdf=bombs.zipped({"invoice.xml": ubl("2026-501")}))
    world.write(BRUNO, f_xlsx=ubl("2026-502"))
    assert sorted(world.items()) == ["2026-501", "2026-502"]


def test_a_document_that_only_the_second_look_gets_lost_in_is_read_without_it(world):
    """The sender is not told that it took too long, since the first look was quick."""
    plain = world.app.reader._rooms.plain
    plain.limits = replace(plain.limits, wall=5.0)
    world.write(BRUNO, f_pdf=bombs.looping_references())
    assert answer(world)
    assert "délai raisonnable" not in answer(world)
