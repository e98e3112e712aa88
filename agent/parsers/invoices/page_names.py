"""Names of parties on a printed page: where one begins and ends, and whether two of them mean the same company."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from agent.domain.references import compact
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.page_blocks import SEGMENT, Block, is_whole_address
from agent.parsers.lexers import parties as lex
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.labels import find_labels
from agent.parsers.lexers.numbers import find_vat_numbers

# In points: a name in letters this large is printed as a title.
_LARGE = 13.5
_CONNECTORS = ("&", "-", ",", " et", " en", " und", " and", " y", " e", " de", " van", " von", "+", "/")


def is_guessed(name: tuple[str, Cell]) -> bool:
    """Whether a name was put together of two lines by their widths alone: a person above his company looks the same."""
    first = name[1].text.rstrip(" :")
    joined = len(name[0]) > len(first) and not first.endswith(_CONNECTORS) and name[1].size <= _LARGE
    form = lex.legal_form(name[0])
    alone = form is not None and fold(name[0][: form[0]]).strip() in fold(first)
    return joined and not alone and not lex.is_salutation(first)


def best_name(block: Block) -> tuple[str, Cell] | None:
    """The first line; a later one with a legal form when the first is a person or bears none; a lone form is the first line's end."""
    names = block.names
    if not names:
        return None
    first = names[0]
    if len(names) > 1 and (_runs_on(first[1], names[1][1]) or _breaks(first, names[1], block)):
        return f"{first[0]} {names[1][0]}", first[1]
    if lex.is_salutation(first[0]) and len(names) > 1:
        return f"{first[0]} {names[1][0]}", names[1][1]
    for name, cell in names[1:3]:
        form = lex.legal_form("x " + name)
        if form is not None and form[1] - form[0] >= len(name) - 1:
            return f"{first[0]} {name}", first[1]
        if (
            lex.legal_form(name) is not None
            and lex.legal_form(first[0]) is None
            and (lex.is_person(first[0]) or len(first[0].split()) == 2)
        ):
            return name, cell
    return first


def _breaks(first: tuple[str, Cell], second: tuple[str, Cell], block: Block) -> bool:
    """Whether the second line goes on with the first's name: that ends with "&", or the next word had no room in the column."""
    gap = second[1].baseline - first[1].baseline
    if not 0 < gap <= 1.6 * max(first[1].size, 8) or lex.legal_form(first[0]) is not None or lex.is_person(first[0]):
        return False
    if first[1].text.rstrip().endswith(_CONNECTORS):
        return True
    word = second[1].words[0]
    edge = max(cell.x1 for cell in block.cells)
    full = first[1].x1 + 0.25 * first[1].size + word.x1 - word.x0 > edge + 1
    return full and lex.legal_form(second[0]) is not None and abs(first[1].x0 - second[1].x0) < 1


def _runs_on(first: Cell, second: Cell) -> bool:
    """Whether a name in large type goes on in the next line: the same large size, and no legal form yet."""
    return (
        first.size > _LARGE
        and abs(first.size - second.size) < 0.3
        and lex.legal_form(first.text) is None
        and "  " not in second.text
        and second.line > first.line
    )


def is_place(name: tuple[str, Cell]) -> bool:
    """Whether the name is only the first part of an address between commas ("Coolmine, Dublin 15"): a place as soon as a name."""
    text = name[1].text
    lone = lex.is_postal(text) and not is_whole_address(text)
    return text.startswith(f"{name[0]},") and lone and lex.legal_form(name[0]) is None


def names_in_line(text: str) -> Iterator[tuple[str, float]]:
    """Names with a legal form in lines that also hold an address, a register or a contact: footers, return addresses, account holders."""
    informative = (
        lex.is_postal(text)
        or lex.is_contact(text)
        or lex.is_register(text)
        or any(True for _ in find_vat_numbers(text))
    )
    holder = next(
        (label for label in find_labels(text) if label.field == "seller" and text[: label.start][-1:] in {"", " "}),
        None,
    )
    if holder is not None and (
        holder.end >= len(text) or (text[holder.end] in " :" and text[holder.end :].lstrip()[:1] == ":")
    ):
        rest = text[holder.end :].strip(" :")
        name = lex.clean_name(SEGMENT.split(rest)[0].split(", ")[0]) if rest else ""
        if lex.may_be_name(name) and (name[:1].isupper() or name[:1].isdigit()) and name.count(" ") < 7:
            yield name, 1.6
            return
    if not informative:
        return
    for part in SEGMENT.split(text):
        for piece in (part, part.split(", ")[0]):
            name = lex.clean_name(piece)
            form = lex.legal_form(name)
            if form is not None and lex.may_be_name(name[: form[1]]):
                yield lex.clean_name(name[: form[1] + name[form[1] :].startswith(".")]), 1.5
                return


def by_domain(name: str, domains: Iterable[str]) -> float:
    """How far an e-mail's domain on the page bears this name."""
    plain = compact(fold(name)).lower()
    best = 0
    for domain in domains:
        shared = SequenceMatcher(None, plain, domain, autojunk=False).find_longest_match()
        best = max(best, shared.size)
    return 1.2 if best >= 8 or (best >= 5 and best >= 0.6 * len(plain)) else 0.0


def same_company(one: str, other: str) -> bool:
    """Whether two names mean one company: the same words apart from the legal form, or one begins with the other."""
    a, b = core_of(one), core_of(other)
    if not a or not b:
        return False
    return a == b or (min(len(a), len(b)) >= 6 and (a.startswith(b) or b.startswith(a)))


def core_of(name: str) -> str:
    """The letters and digits of a name in lower case, without its legal form."""
    form = lex.legal_form(name)
    bare = name[: form[0]] + name[form[1] :] if form is not None else name
    return compact(fold(bare)).lower()


def fullest_name(name: str, variants: Sequence[tuple[str, Cell]]) -> tuple[str, Cell]:
    """Of several spellings the one with the legal form, as short as that allows."""
    formed = [v for v in variants if lex.legal_form(v[0]) is not None]
    return min(formed, key=lambda v: len(v[0])) if formed else max(variants, key=lambda v: (len(v[0]), v[0] == name))
