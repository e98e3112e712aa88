"""Pictures are made fit for OCR: cut out, upright, level, dark on white; every word keeps its place in the original."""

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageStat

from agent.parsers.invoices.picture import prepare, skew
from agent.parsers.invoices.projection import IDENTITY, Projection, onto_rectangle, scaled, turned
from tests.parsers.invoices.pages import SAMPLES

PLACES = st.floats(0, 2000)


@pytest.fixture(scope="module")
def page():
    """A page of ours at 100 dpi."""
    sample = next(sample for sample in SAMPLES if sample.name == "nl_meta_right_due_before")
    return pdfium.PdfDocument(sample.pdf())[0].render(scale=100 / 72, grayscale=True).to_pil()


def alike(one, other):
    """How many shades two pictures differ on average, seen from afar."""
    small = [picture.resize((40, 56), Image.Resampling.BOX).tobytes() for picture in (one, other)]
    return sum(abs(a - b) for a, b in zip(*small, strict=True)) / len(small[0])


@given(x=PLACES, y=PLACES, quarters=st.integers(0, 3))
def test_a_turn_leads_back_to_where_a_point_was(x, y, quarters):
    """As often as it takes to be upright again."""
    size, way = (2000, 3000), IDENTITY
    for _ in range(quarters):
        way, size = turned(size, 1).then(way), size[::-1]
    assert way.point(x, y) == pytest.approx(turned((2000, 3000), quarters).point(x, y), abs=1e-6)


@given(x=PLACES, y=PLACES, factor=st.floats(0.1, 5))
def test_one_projection_after_the_other(x, y, factor):
    """`then` does what the two do one by one."""
    bent = Projection(1.1, 0.02, 5, -0.03, 0.9, 7, 1e-5, 2e-5)
    both = scaled(factor).then(bent)
    assert both.point(x, y) == pytest.approx(bent.point(x * factor, y * factor), rel=1e-9)


def test_a_rectangle_is_seen_as_the_quadrangle():
    """Each corner of the rectangle lies on the corner of the sheet."""
    corners = [(100.0, 80.0), (900.0, 60.0), (950.0, 1300.0), (60.0, 1250.0)]
    way, (width, height) = onto_rectangle(corners)
    seen = [way.point(*p) for p in ((0, 0), (width, 0), (width, height), (0, height))]
    assert [c for p in seen for c in p] == pytest.approx([c for p in corners for c in p], abs=1e-6)


@pytest.mark.parametrize("degrees", [-5.0, -1.2, 0.0, 0.7, 4.0])
def test_a_tilt_is_measured(page, degrees):
    """To a few tenths of a degree; positive where lines sink to the right."""
    tilted = page.rotate(-degrees, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert skew(tilted) == pytest.approx(degrees, abs=0.3)


def test_a_straight_page_stays_as_it_is(page):
    """Nothing is moved on a page that is upright and level already."""
    made = prepare(page)
    assert made.back.is_scaling
    assert made.quarters == 0
    assert alike(made.picture, page) < 2


def test_a_page_on_its_side_is_laid_upright_and_its_places_are_kept(page):
    """The lines run from left to right again; which end is up is OCR's to tell."""
    made = prepare(page.rotate(90, expand=True), 1.5)
    assert made.picture.width < made.picture.height
    assert made.quarters == 1
    assert alike(made.picture, page) < 6
    right, top = made.back.point(made.picture.width - 1, 0)
    assert (right, top) == pytest.approx((0, 0), abs=30)


def test_a_photograph_is_cut_out_and_lit_evenly(page):
    """A sheet on a dark table, seen from an angle and half in the shade."""
    width, height = page.size
    way, size = onto_rectangle([(-60, -50), (width + 90, -40), (width + 50, height + 60), (-40, height + 80)])
    seen = page.transform(size, Image.Transform.PERSPECTIVE, way.coefficients, Image.Resampling.BICUBIC, fillcolor=60)
    shade = Image.linear_gradient("L").resize(size).point(lambda value: 150 + value * 105 // 255)
    photo = Image.composite(seen, Image.new("L", size, 30), shade)
    made = prepare(photo)
    assert made.back.g != 0
    assert alike(made.picture, page) < 12
    assert ImageStat.Stat(made.picture).median[0] > 245


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 2), (40, 40)])
def test_any_shape_of_picture_is_taken(size):
    """However thin or small, white or black."""
    for shade in (0, 128, 255):
        assert prepare(Image.new("L", size, shade), 1.0).picture.width >= 1
