"""`relance templates`: an operator's own texts tried on every kind of mail, and looked at."""

import json
from pathlib import Path

import pytest

from agent.cli import main


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of templates with one sound file of the operator's own."""
    folder = tmp_path / "texts"
    (folder / "fr").mkdir(parents=True)
    (folder / "fr/footer.j2").write_text("Pied de page maison, {{ page.token }}", encoding="utf-8")
    return folder


def told(capsys, *arguments: object, code: int = 0) -> str:
    """What the command prints on standard output."""
    assert main(["templates", *map(str, arguments)]) == code
    return capsys.readouterr().out


def test_sound_templates_pass(own, capsys):
    """With one file replaced every kind is whole, under strain too."""
    assert "Every mail is whole" in told(capsys, "check", "--lang", "fr", "--dir", own)


def test_what_is_wrong_is_named_with_its_file_line_language_and_mails(own, capsys):
    """A name that is missing, code that is broken, a file that replaces nothing: each is told once, exit code 1."""
    (own / "fr/receipt.j2").write_text("{% extends base %}\n{% block subject %}{{ page.debtr.name }}{% endblock %}")
    (own / "fr/proof.j2").write_text("{% extends base %}\n\n{% block body %}{{ page.x ")
    (own / "fr/sttement.j2").write_text("never seen")
    out = told(capsys, "check", "--lang", "fr", "--dir", own, code=1)
    assert f"{own}/fr/receipt.j2:2: UndefinedError" in out
    assert "debtr" in out
    assert f"{own}/fr/proof.j2:3: TemplateSyntaxError" in out
    assert "fr: proof" in out
    assert "fr/sttement.j2: no template of ours has this name" in out
    assert "3 problem(s)." in out
    rows = [
        json.loads(line) for line in told(capsys, "check", "--json", "--lang", "fr", "--dir", own, code=1).splitlines()
    ]
    assert {row["mail"] for row in rows if "receipt.j2" in row["place"]} >= {"receipt-promise", "receipt-promise~huge"}


def test_a_statement_must_say_what_is_owed_and_load_nothing(own, capsys):
    """A statement without its amount and reference, or with a picture from elsewhere, does not pass."""
    (own / "fr/footer.j2").write_text(
        '<img src="https://track.example/t.gif"> {{ "{{ page.token }}" }}', encoding="utf-8"
    )
    (own / "fr/statement.j2").write_text(
        "{% extends base %}\n{% block subject %}Compte{% endblock %}{% block body %}Payez.{% endblock %}",
        encoding="utf-8",
    )
    out = told(capsys, "check", "--lang", "fr", "--dir", own, code=1)
    assert "loads something from elsewhere or runs something: https://track.example/t.gif" in out
    assert "has no words in its place" not in out.split("track")[0]
    assert "the text part does not say 1\N{NARROW NO-BREAK SPACE}745,71" in out
    assert "holds template code that was not carried out" in out
    assert "the reference page.token is missing" in out


def test_a_preview_is_html_text_and_paper(own, tmp_path, capsys, monkeypatch):
    """The HTML carries its pictures, the text stands beside it, a statement its PDF; --open shows the page."""
    shown = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    out = tmp_path / "out"
    paths = told(capsys, "preview", "statement", "--lang", "fr", "--out", out, "--open", "--dir", own).splitlines()
    assert [Path(path).suffix for path in paths] == [".html", ".txt", ".pdf"]
    page = Path(paths[0]).read_text(encoding="utf-8")
    assert "data:image/png;base64," in page
    assert "Pied de page maison" in page
    assert "Votre relevé de compte" in Path(paths[1]).read_text(encoding="utf-8")
    assert Path(paths[2]).read_bytes().startswith(b"%PDF")
    assert shown == [Path(paths[0]).as_uri()]


def test_a_preview_wears_the_creditors_name(books, tmp_path, capsys):
    """With --creditor the sample is in his name and language; the configuration's templates_dir holds."""
    paths = told(
        capsys, "preview", "statement-firm~zero", "--config", books, "--creditor", "acme", "--out", tmp_path
    ).splitlines()
    assert Path(paths[1]).name == "statement-firm~zero-fr.txt"
    assert "Acme SRL" in Path(paths[1]).read_text(encoding="utf-8")


def test_wrong_calls_say_what_there_is(books, tmp_path, capsys):
    """Without a kind the kinds are listed; an unknown kind, creditor or folder is told."""
    assert "statement-firm" in told(capsys, "preview", "--config", tmp_path / "none.toml")
    for wrong in (("preview", "statment"), ("preview", "status~odd"), ("check", "--dir", tmp_path / "none")):
        told(capsys, *wrong, "--config", tmp_path / "none.toml", code=1)
    told(capsys, "preview", "status", "--creditor", "nobody", "--config", books, code=1)
