"""What OCR passed over is found by its ink, and what it reads then joins the rest."""

from PIL import Image, ImageDraw

from agent.parsers.invoices.unread import together, unread

LINES = [(100, 100 + 60 * n, 700, 130 + 60 * n) for n in range(8)]


def page(*ink):
    """A page with blocks of ink."""
    picture = Image.new("L", (1600, 1200), 255)
    pen = ImageDraw.Draw(picture)
    for box in (*LINES, *ink):
        pen.rectangle(box, fill=0)
    return picture


def place(found):
    """Where the ink that is left stood on the page."""
    rest, x, y = found
    left, top, right, bottom = rest.point(lambda value: 255 - value).getbbox()
    return left + x, top + y, right + x, bottom + y


WORDS = [("word", 0.9, (float(a), float(b), float(c), float(d))) for a, b, c, d in LINES]


def test_a_page_that_was_read_leaves_nothing():
    """Every block of ink is covered by a sure word; rules, specks and pictures are not text."""
    assert unread(page((50, 700, 1500, 702), (900, 100, 908, 108), (900, 500, 1500, 1100)), WORDS) is None


def test_a_block_without_words_is_left_alone_on_the_page():
    """Only it is on the picture that is read once more, with some paper around it."""
    assert place(unread(page((1000, 300, 1400, 330)), WORDS)) == (1000, 300, 1401, 331)


def test_a_doubtful_word_is_read_once_more():
    """What OCR was not sure of counts as unread."""
    doubtful = [*WORDS[:-1], ("w0rd", 0.3, WORDS[-1][2])]
    assert place(unread(page(), doubtful)) == (100, 520, 701, 551)


def test_of_two_words_in_one_place_the_surer_stays():
    """A sure first word is never taken away."""
    first = [("a", 0.9, (0.0, 0.0, 10.0, 10.0)), ("b", 0.2, (20.0, 0.0, 30.0, 10.0))]
    second = [
        ("x", 0.95, (0.0, 0.0, 10.0, 10.0)),
        ("y", 0.8, (21.0, 0.0, 31.0, 10.0)),
        ("z", 0.1, (50.0, 0.0, 60.0, 10.0)),
    ]
    assert {text for text, _, _ in together(first, second)} == {"a", "y", "z"}
