"""The creditor's logo: a small picture beside his file, or a clear word why it is none."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from agent.config import load
from agent.config.logos import logo_of
from agent.errors import ConfigError
from tests.config.test_load import CREDITOR, configuration


def picture(size: tuple[int, int], form: str = "PNG", mode: str = "RGBA", colour: object = (0, 90, 60, 128)) -> bytes:
    """The bytes of a picture of one colour."""
    target = io.BytesIO()
    Image.new(mode, size, colour).save(target, form)  # type: ignore[arg-type]
    return target.getvalue()


def test_a_logo_is_made_small_white_and_bare(tmp_path: Path) -> None:
    """Whatever the file was, mails get a PNG on white without what the file carried along, in its own shape."""
    path = tmp_path / "logo.jpg"
    for content in (picture((2000, 500)), picture((2000, 500), "JPEG", "RGB", (0, 90, 60))):
        path.write_bytes(content)
        logo, problems = logo_of(path, "creditors/bois.toml: logo")
        assert problems == []
        assert logo is not None
        assert (logo.width, logo.height) == (576, 144)
        with Image.open(io.BytesIO(logo.content)) as drawn:
            assert (drawn.format, drawn.mode, drawn.size, drawn.info) == ("PNG", "RGB", (576, 144), {})


def test_what_is_clear_in_the_file_is_white_in_the_mail(tmp_path: Path) -> None:
    """A dark logo without a ground of its own can be seen in dark mode."""
    path = tmp_path / "logo.png"
    path.write_bytes(picture((100, 100), colour=(0, 0, 0, 0)))
    logo, _ = logo_of(path, "logo")
    assert logo is not None
    assert Image.open(io.BytesIO(logo.content)).getpixel((50, 50)) == (255, 255, 255)


def test_a_photograph_gets_few_colours(tmp_path: Path) -> None:
    """Each mail carries the picture, so that even noise stays small."""
    path = tmp_path / "logo.png"
    noise = Image.effect_noise((660, 144), 90).convert("RGB")
    noise.save(path)
    logo, _ = logo_of(path, "logo")
    assert logo is not None
    assert len(logo.content) < path.stat().st_size


def bomb() -> bytes:
    """A PNG that says of itself that it is 60,000 pixels wide and high."""
    plain = bytearray(picture((32, 32)))
    plain[16:24] = (60_000).to_bytes(4, "big") * 2
    return bytes(plain)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%PDF-1.7", "is not a PNG or JPEG picture"),
        (b"", "is not a PNG or JPEG picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "is not a PNG or JPEG picture"),
        (picture((40, 40), "GIF", "P", 3), "is not a PNG or JPEG picture"),
        (picture((400, 400))[:200], "is a damaged picture"),
        (picture((4_001, 20)), "is 4001 by 20 pixels large; at most 4000 a side"),
        (picture((400, 9)), "is 400 by 9 pixels large; at least 16 a side"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2_000_000), "has more than 2 MB; a logo is smaller"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_word(tmp_path: Path, content: bytes, word: str) -> None:
    """Other formats, damaged files, and what is too large or too small."""
    path = tmp_path / "logo.png"
    path.write_bytes(content)
    assert logo_of(path, "creditors/bois.toml: logo") == (None, [f"creditors/bois.toml: logo: logo.png {word}"])


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unopened(tmp_path: Path) -> None:
    """The size that its header tells is enough."""
    path = tmp_path / "logo.png"
    path.write_bytes(bomb())
    logo, problems = logo_of(path, "logo")
    assert logo is None
    assert len(problems) == 1


def test_it_stands_beside_the_creditors_file(tmp_path: Path) -> None:
    """A relative path counts from there; a file that is not there stops the configuration with its name."""
    path = configuration(tmp_path, creditors={"bois": CREDITOR + 'logo = "bois.png"\n'})
    with pytest.raises(ConfigError, match=r"creditors/bois.toml: logo: bois.png cannot be read"):
        load(path)
    (tmp_path / "creditors" / "bois.png").write_bytes(picture((300, 100)))
    logo = load(path).creditors[0].logo
    assert logo is not None
    assert (logo.width, logo.height) == (300, 100)


@pytest.mark.timeout(5)
def test_a_pipe_in_the_place_of_a_logo_is_not_waited_for(tmp_path: Path) -> None:
    """What is no file is refused at once: a pipe would be read without end, a folder is no picture."""
    os.mkfifo(tmp_path / "logo.png")
    (tmp_path / "folder").mkdir()
    for name in ("logo.png", "folder"):
        assert logo_of(tmp_path / name, "logo") == (None, [f"logo: {name} is not a file"])
