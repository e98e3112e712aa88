"""Scans and photographs of invoices are read by a program of the system that may do nothing else, and without it nothing is lost."""

import io
from concurrent.futures import Future
from types import SimpleNamespace

import pypdfium2 as pdfium
import pytest
from PIL import Image

from agent.backends.tesseract import Tesseract
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import wants_ocr
from agent.ports import Box
from agent.service.check import run_checks
from agent.service.documents import Rooms
from agent.service.reader import Reader
from agent.service.sandbox import Limits, Result, Sandbox
from tests.parsers.invoices.pages import SAMPLES
from tests.service.world import BRUNO, World

PAGE = next(sample for sample in SAMPLES if sample.name == "en_uk_boxes")
needs_tesseract = pytest.mark.skipif(not Tesseract.available(), reason="tesseract-ocr is not installed")


def picture(sample=PAGE, dpi=150):
    """The sample's first page as a scanner sees it."""
    page = pdfium.PdfDocument(sample.pdf())[0].render(scale=dpi / 72, grayscale=True).to_pil()
    return page.rotate(0.4, fillcolor=250, resample=Image.Resampling.BICUBIC)


def saved(image, kind, **more):
    """The picture as a file of this kind."""
    target = io.BytesIO()
    image.save(target, kind, **more)
    return target.getvalue()


@pytest.fixture(scope="module")
def rooms():
    with Rooms.of() as rooms:
        yield rooms


def read(rooms, content, filename="f"):
    """The only reading."""
    answer = rooms.read(Document(filename, "", content), ParserContext(language="en"))
    assert isinstance(answer, Result), answer
    (reading,) = answer.value
    return reading


@needs_tesseract
def test_a_scanned_pdf_is_read_in_its_own_room(rooms):
    """Number, total and account, from a page that is only a picture."""
    reading = read(rooms, saved(picture(), "PDF", resolution=150))
    assert reading.number.value == PAGE.says["number"]
    assert str(reading.total.value) == PAGE.says["total"]
    assert reading.seller_iban.value == PAGE.says["seller_iban"]


@needs_tesseract
@pytest.mark.parametrize(
    ("kind", "turn", "orientation"),
    [("PNG", Image.Transpose.ROTATE_180, 1), ("JPEG", Image.Transpose.ROTATE_90, 6), ("TIFF", None, 1)],
)
def test_a_picture_of_a_page_is_read_however_it_was_held(rooms, kind, turn, orientation):
    """Upside down, on its side with the camera's own note of that, or straight."""
    image = picture()
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(image.transpose(turn) if turn is not None else image, kind, exif=exif)
    reading = read(rooms, content)
    assert reading.number.value == PAGE.says["number"]
    assert reading.issue_date.value.isoformat() == PAGE.says["issue_date"]


@needs_tesseract
def test_the_room_for_scans_waits_until_it_is_needed(rooms):
    """A page with text starts no program."""
    with Rooms.of() as fresh:
        read(fresh, next(s for s in SAMPLES if s.name == "de_sidebar_skonto").pdf())
        assert fresh.scans._nursery is None


def test_without_ocr_a_picture_is_answered():
    """What nobody can read has no text; the sender hears it."""
    with Rooms.of(Limits()) as plain:
        plain.scans = None
        for kind in ("PDF", "PNG"):
            assert read(plain, saved(picture(dpi=75), kind)).problem == "no_text"


def test_what_breaks_out_of_its_limits_under_ocr_is_answered(rooms):
    """A page on which OCR takes too long is unreadable, and the reader goes on."""
    with Sandbox(Limits(wall=0.05, programs=True), preload=()) as hasty:
        assert read(Rooms(rooms.plain, hasty), saved(picture(), "PNG")).problem == "timeout"


@pytest.mark.parametrize(("content", "problem"), [(b"\x89PNG\r\n\x1a\nrest", "broken"), (b"II*\0\0", "broken")])
@needs_tesseract
def test_a_broken_picture_is_answered(rooms, content, problem):
    """Bytes that only begin like a picture."""
    assert read(rooms, content).problem == problem


def test_ocr_is_asked_only_where_it_may_help(rooms):
    """A page that was read well is not read again."""
    good = read(rooms, next(s for s in SAMPLES if s.name == "nl_meta_right_due_before").pdf())
    assert not wants_ocr((good,))


@needs_tesseract
def test_a_colleague_hands_over_a_photograph(tmp_path):
    """It is registered like any other invoice, or asked about."""
    world = World.built(tmp_path)
    try:
        sample = next(s for s in SAMPLES if s.name == "fr_consultant_letter")
        world.write(BRUNO, f_jpg=saved(picture(sample), "JPEG", quality=80))
        assert "ND-2027/014" in world.text("bruno@atelier-bruno.example") or world.items()
    finally:
        world.close()


def test_without_ocr_a_handed_over_photograph_is_answered(tmp_path):
    """The sender hears that it cannot be read, and the mail lies where a person looks."""
    world = World.built(tmp_path)
    try:
        world.app.reader._rooms.scans = None
        world.write(BRUNO, f_jpg=saved(picture(dpi=80), "JPEG", quality=80))
        assert len(world.mails("bruno@atelier-bruno.example")) == 1
        assert world.lying_in(Box.REVIEW) == 1
    finally:
        world.close()


def test_the_waiting_gives_signs_of_life(monkeypatch):
    """While a document takes long, the watchdog hears of it."""
    monkeypatch.setattr("agent.service.reader._BEAT", 0.001)
    late: Future[int] = Future()
    reader = Reader(
        SimpleNamespace(close=lambda: None, plain=SimpleNamespace(limits=Limits())),
        20,
        beat=lambda: late.done() or late.set_result(7),
    )
    assert reader._awaited(late) == 7
    reader.close()


@needs_tesseract
def test_the_check_tells_that_scans_are_read(tmp_path):
    """With the languages that are installed."""
    world = World.built(tmp_path)
    try:
        found = {r.name: r for r in run_checks(world.app.settings, world.clock, None)}
    finally:
        world.close()
    assert found["ocr"].ok
    assert "fra" in found["ocr"].detail


@needs_tesseract
def test_a_telephones_own_format_is_read_with_its_extra(rooms):
    """HEIC, where pillow-heif is installed."""
    pillow_heif = pytest.importorskip("pillow_heif")
    target = io.BytesIO()
    pillow_heif.from_pillow(picture().convert("RGB")).save(target, quality=80)
    assert read(rooms, target.getvalue()).number.value == PAGE.says["number"]
