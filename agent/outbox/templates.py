"""The Jinja environments: one template gives the subject, the text part and the HTML part, so that both say the same.

Each `templates/LANGUAGE/KIND.j2` is rendered twice: once over `base.html.j2` with the building blocks of `parts.html.j2`
(autoescaped), once over `base.txt.j2` with those of `parts.txt.j2`; a letter on paper is a third time, over `base.print.j2` with the
blocks of `parts.print.j2`, as data. Templates print facts and never calculate; a name that is missing is an error (StrictUndefined).
"""

import json
import re
import textwrap
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import css_inline
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from agent.domain.references import format_iban
from agent.mail.actions import Action, Offer
from agent.outbox.buttons import Press, approval, mailto, press_link, presses
from agent.outbox.typography import isolated_value, printed_value, quoted, typeset
from agent.outbox.views import ItemView, Page
from agent.reports import formats, words
from agent.reports.plain import one_line

Form = Literal["html", "txt", "print"]
_PACKAGE = Path(__file__).resolve().parent.parent
_WIDTH = 76
_SUBJECT_LIMIT = 150
_BREAKS = re.compile(r"[ \t\r\n]+")
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")
_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The three texts of a mail."""

    subject: str
    text: str
    html: str


class _Template(Template):
    """A template whose building blocks are made once for a page, however many of its templates import them: they know only the page."""

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - Jinja's word
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - Jinja's word
    ) -> TemplateModule:
        made: dict[str, TemplateModule] | None = (vars or {}).get("made")
        if made is None or not (self.name or "").startswith("parts."):
            return super().make_module(vars, shared, locals)
        if (self.name or "") not in made:
            made[self.name or ""] = super().make_module(vars, shared)
        return made[self.name or ""]


def render(page: Page, templates_dir: Path | None = None) -> Rendered:
    """The subject and both parts of this page, in its language."""
    subject = _subject(page, templates_dir)
    text = _tidy(_over(page, templates_dir, "txt", subject))
    return Rendered(subject, text, _INLINER.inline(_over(page, templates_dir, "html", subject)))


def blocks_of(page: Page, templates_dir: Path | None = None) -> tuple[str, list[dict[str, object]]]:
    """The subject of this page, and its blocks in order as a letter on paper holds them (`letter.typ` knows their fields)."""
    subject = _subject(page, templates_dir)
    lines = _over(page, templates_dir, "print", subject).splitlines()
    return subject, [_block(line) for line in lines if line.strip()]


def _block(line: str) -> dict[str, object]:
    """The block of this line; what a template of one's own writes outside of the building blocks is a paragraph."""
    try:
        block = json.loads(line)
    except ValueError:
        block = None
    return block if isinstance(block, dict) and "is" in block else {"is": "prose", "parts": [line.strip()]}


def read_again() -> None:
    """Have texts that an operator has changed read anew."""
    _environment.cache_clear()


def _subject(page: Page, templates_dir: Path | None) -> str:
    environment, names = _environment(templates_dir, "txt"), _names(page, "txt")
    name = f"{page.language}/{page.kind}.j2"
    block = environment.get_template(name).blocks["subject"]
    try:
        return one_line("".join(block(_context(environment, name, names))), _SUBJECT_LIMIT)
    except Exception:  # noqa: BLE001 - a template may raise whatever its expressions raise; raised again
        # As `Template.render` does: the error names the template's own line, not that of the code made from it.
        environment.handle_exception()


def _over(page: Page, templates_dir: Path | None, form: Form, subject: str) -> str:
    template = _environment(templates_dir, form).get_template(f"{page.language}/{page.kind}.j2")
    return template.render(_names(page, form), subject=subject)


def _names(page: Page, form: Form) -> dict[str, object]:
    return {"page": page, "base": f"base.{form}.j2", "parts": f"parts.{form}.j2", "made": {}}


def document(name: str, page: object, templates_dir: Path | None = None) -> str:
    """The template of a page that is no mail, over `page`, which says its language."""
    return _environment(templates_dir, "html").get_template(name).render(page=page)


def found(name: str, templates_dir: Path | None = None) -> Path:
    """The file of this name that stands beside the templates."""
    return next(path for folder in folders(templates_dir) if (path := folder / name).is_file())


def folders(templates_dir: Path | None = None) -> tuple[Path, ...]:
    """Where templates are looked for, the first hit wins: the operator's folder, the installed package, the checkout."""
    found = (_PACKAGE / "_share" / "templates", _PACKAGE.parent / "templates")
    return (templates_dir, *found) if templates_dir else found


def _context(environment: Environment, name: str, names: dict[str, object]) -> Context:
    return environment.get_template(name).new_context(names)


@lru_cache(maxsize=8)
def _environment(templates_dir: Path | None, form: Form) -> Environment:
    html = form == "html"
    loader: BaseLoader = ChoiceLoader([FileSystemLoader(folder) for folder in folders(templates_dir)])
    environment = Environment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=html,  # noqa: S701 - the text part is no markup; the HTML part escapes everything
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=isolated_value if html else printed_value,
        auto_reload=False,
    )
    environment.template_class = _Template
    environment.filters.update(_filters())
    environment.filters["paragraphs"] = _PARAGRAPHS[form]
    # what is copied out of the text part must suit a bank's form: its groups stand apart by plain spaces
    environment.filters["iban"] = _unbroken_iban if html else format_iban
    return environment


def _filters() -> dict[str, Callable[..., object]]:
    """The filters of both environments; those that speak take the page's language."""
    spoken: dict[str, Callable[..., object]] = {
        "money": formats.money,
        "day": formats.day,
        "long_day": formats.long_day,
        "month": formats.month,
        "figure": formats.number,
        "word": words.word,
        "late": words.late,
        "because": words.because,
        "whys": words.reasons,
        "trend_rows": words.trend_rows,
        "days": words.days,
        "percent": formats.percent,
        "amounts": formats.amounts,
        "example": words.example,
        "quoted": quoted,
    }
    plain: dict[str, Callable[..., object]] = {
        "prefixed": _prefixed,
        "moment": _moment,
        "de": _de,
        "answer_link": _answer_link,
        "press_link": _press_link,
        "choice_link": _choice_link,
        "presses": _presses,
        "approval": _approval,
    }
    return {name: _in_language(function) for name, function in spoken.items()} | plain


def _in_language(function: Callable[..., object]) -> Callable[..., object]:
    @pass_context
    def spoken(context: Context, value: object) -> object:
        return function(value, context["page"].language)

    return spoken


@pass_context
def _answer_link(context: Context, words: str) -> str:
    """The mailto: link of an answer in these words; the token travels in its subject."""
    page = context["page"]
    return mailto(page.agency.address, f"Re: {context['subject']} {page.token}", words)


@pass_context
def _press_link(context: Context, press: Press) -> str:
    """The mailto: link of a button beside a line."""
    page = context["page"]
    return press_link(page.agency.address, page.token, page.buttons, press.offer)


@pass_context
def _choice_link(context: Context, key: object, text: str, question: str, place: int) -> str:
    """The mailto: link of a numbered choice, with its sentence below it: a button where it is known which answer to which question it is."""
    page = context["page"]
    if page.buttons is None or not question:
        return _answer_link(context, str(key))
    offer = Offer(Action.CHOOSE, question, str(key), place)
    return press_link(page.agency.address, page.token, page.buttons, offer, text)


@pass_context
def _presses(context: Context, line: ItemView) -> tuple[Press, ...]:
    """The buttons beside the line of an invoice."""
    return presses(context["page"].buttons, line, context["page"].language)


@pass_context
def _approval(context: Context, line: ItemView) -> tuple[Press, ...]:
    """The button that confirms what was read on a doubtful document."""
    return approval(context["page"].buttons, line, context["page"].language)


def _unbroken_iban(account: str) -> str:
    """An account in groups of four that stay on one line."""
    return format_iban(account).replace(" ", "\u00a0")


def _de(name: str) -> str:
    """The French "de" before a name: "de Brasserie", "d’Atelier"."""
    first = unicodedata.normalize("NFD", name[:1]).lower()[:1]
    return f"d’{name}" if first and first in "aeiou" else f"de {name}"


@pass_context
def _moment(context: Context, value: datetime) -> str:
    page = context["page"]
    return formats.moment(value, page.language, page.timezone)


def _split(body: str) -> list[str]:
    """The paragraphs of a block of prose, each on one line; spaces that do not break are kept."""
    parts = (_BREAKS.sub(" ", part).strip(" ") for part in _EMPTY_LINE.split(str(body)))
    return [part for part in parts if part]


@pass_context
def _rich_paragraphs(context: Context, body: str) -> Markup:
    parts = _split(typeset(str(body), context["page"].language))
    return Markup("\n").join(Markup(f"<p>{part}</p>") for part in parts)  # noqa: S704 - the body's macro escaped it already


@pass_context
def _plain_paragraphs(context: Context, body: str) -> str:
    return "\n\n".join(_wrapped(part, "") for part in _split(typeset(body, context["page"].language)))


@pass_context
def _printed_paragraphs(context: Context, body: str) -> list[str]:
    return _split(typeset(body, context["page"].language))


_PARAGRAPHS: Mapping[Form, Callable[..., object]] = {
    "html": _rich_paragraphs,
    "txt": _plain_paragraphs,
    "print": _printed_paragraphs,
}


def _wrapped(line: str, mark: str) -> str:
    found = textwrap.wrap(line, _WIDTH - len(mark), break_long_words=False, break_on_hyphens=False)
    return "\n".join(mark + part for part in found or [""])


def _prefixed(body: str, mark: str) -> str:
    """Every line of this text, wrapped, behind a mark such as "> "."""
    return "\n".join(_wrapped(line, mark) for line in str(body).splitlines())


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    return "\n".join(kept) + "\n"
