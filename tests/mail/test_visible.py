"""HTML becomes what a reader sees, and only that."""

import pytest

from agent.mail.visible import visible_text


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">SECRET</p>',
        '<p style="DISPLAY : none !important">SECRET</p>',
        '<span style="font-size:0">SECRET</span>',
        '<span style="color:#ffffff">SECRET</span>',
        '<font color="white">SECRET</font>',
        '<span style="color:rgb(255 255 255)">SECRET</span>',
        '<span style="color:hsl(0, 0%, 100%)">SECRET</span>',
        '<span style="color:rgba(0,0,0,0)">SECRET</span>',
        '<span style="color:#12345600">SECRET</span>',
        '<div style="clip:rect(0,0,0,0);position:absolute">SECRET</div>',
        '<div style="clip-path:inset(50%)">SECRET</div>',
        '<div style="transform:scale(0)">SECRET</div>',
        '<div style="max-height:0;overflow:hidden">SECRET</div>',
        '<div style="visibility:hidden">SECRET</div>',
        '<div style="opacity:0">SECRET</div>',
        '<div style="position:absolute;left:-9999px">SECRET</div>',
        '<div style="mso-hide:all">SECRET</div>',
        '<p style="background:#000;color:black">SECRET</p>',
        "<p hidden>SECRET</p>",
        "<style>.h{display:none}</style><p class='h'>SECRET</p>",
        "<script>SECRET</script>",
        "<title>SECRET</title>",
        "<!-- SECRET -->",
        '<img alt="SECRET" src="x">',
    ],
)
def test_hidden_text_is_not_said(hidden):
    """Hidden, white-on-white, off-screen and commented text is not the writer's."""
    assert visible_text(f"<p>Bonjour</p>{hidden}<p>fin</p>").split() == ["Bonjour", "fin"]


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="background:#003"><p style="color:#fff">VU</p></div>',
        '<table><tr><td bgcolor="#000000"><font color="white">VU</font></td></tr></table>',
        '<div style="background:url(x.png)"><b style="color:white">VU</b></div>',
        '<p style="color:rgb(10 20 30 / 90%)">VU</p>',
        '<p style="color:#333333ff;transform:scale(0.9);clip-path:inset(0)">VU</p>',
        "<style>@media print{.h{display:none}}</style><p class='h'>VU</p>",
    ],
)
def test_light_text_on_a_dark_ground_is_said(shown):
    """White text counts where it can be read, and a rule for other screens hides nothing."""
    assert visible_text(shown).strip() == "VU"


def test_blocks_are_lines_quotes_are_marked_and_rules_are_drawn():
    """The layout that tells quotes from answers survives."""
    html = (
        "<div>Oui</div><div>demain<br>midi</div><hr><blockquote><p>Payez</p><blockquote>vite</blockquote></blockquote>"
    )
    lines = [line for line in visible_text(html).split("\n") if line.strip("> ")]
    assert lines == ["Oui", "demain", "midi", "_" * 32, "> Payez", "> > vite"]


def test_lists_tables_and_spaces_read_well():
    """Items have dashes, cells stand apart, white space is squeezed."""
    assert visible_text("<ul><li>a</li><li>b</li></ul>") == "- a\n- b"
    assert visible_text("<table><tr><td>Total</td><td>10&nbsp;€</td></tr></table>") == "Total\t10 €"
    assert visible_text("a  \n  b&zwnj;c") == "a bc"


@pytest.mark.parametrize("html", ["<div>" * 50_000 + "fin", "<p>x" * 30_000, "<" * 10_000, "<a " * 20_000, "a < b > c"])
def test_monstrous_pages_still_give_text(html):
    """What is too deep or too large to lay out is stripped of its tags."""
    assert isinstance(visible_text(html), str)
