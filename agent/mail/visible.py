"""HTML to the text a reader sees: blocks as lines, quotes as `> `, rules as lines of underscores; nothing that is hidden."""

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from agent.mail.charsets import clean
from agent.mail.style import Paint, declarations, painted, style_sheet

MAX_HTML = 1_000_000  # characters that are laid out; a longer page is only stripped of its tags
MAX_STRIPPED = 1_000_000  # characters of such a page that are looked at
MAX_TAGS = 20_000
MAX_NESTING = 400
_MAX_WORK = 4_000_000
_SILENT = frozenset(
    {
        "head",
        "script",
        "style",
        "title",
        "template",
        "noscript",
        "svg",
        "math",
        "object",
        "iframe",
        "select",
        "textarea",
    }
)
_BLOCK = frozenset(
    "address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header li main nav ol p "
    "pre section table tbody tfoot thead tr ul caption".split()
)
_APART = frozenset("blockquote h1 h2 h3 h4 h5 h6 ol p pre ul".split())
# Elements whose end tag may be left out: they do not make the page deeper.
_CLOSED_BY_NEXT = frozenset("p li td th tr dt dd option tbody thead tfoot".split())
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,30})")
_DATA_URI = re.compile(r"data:[a-z]{1,20}/[\w.+-]{1,60};base64,[A-Za-z0-9+/=\s%]{50,}")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_WHITE_SPACE = re.compile(r"[ \t\r\n\f\v]+")


def visible_text(html: str) -> str:
    """What a reader of this HTML sees, as lines. Linear in its length."""
    html = _DATA_URI.sub("data:,", html) if len(html) > 50_000 else html
    if len(html) > MAX_HTML or _too_deep(html):
        return _stripped(html)
    try:
        tree = LexborHTMLParser(html)
        root = tree.root
    except (ValueError, RuntimeError, UnicodeError):
        return _stripped(html)
    if root is None:
        return ""
    sheet = style_sheet("\n".join(node.text() for node in tree.css("style")[:20])) if "<style" in html.lower() else {}
    page = _Page()
    _lay_out(root, sheet, page)
    return page.text()


class _Page:
    """The text so far: finished lines, the line being written, and how deep in quotes it stands."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.quotes = 0
        self.preformatted = 0

    def write(self, text: str) -> None:
        text = _INVISIBLE.sub("", text)
        if self.preformatted:
            first, *rest = text.split("\n")
            self.words.append(first)
            for line in rest:
                self.break_line()
                self.words.append(line)
        else:
            self.words.append(_WHITE_SPACE.sub(" ", text))

    def break_line(self) -> None:
        """End the line, also an empty one."""
        line = "".join(self.words)
        line = (
            line.replace("\xa0", " ").rstrip()
            if self.preformatted
            else re.sub(" {2,}", " ", line).replace("\xa0", " ").strip()
        )
        self.words = []
        self.lines.append(("> " * self.quotes + line).rstrip() if self.quotes else line)

    def end_block(self, *, apart: bool) -> None:
        """End the line if anything is on it; with an empty line behind when the block stands apart."""
        if any(not word.isspace() or "\xa0" in word for word in self.words):
            self.break_line()
        self.words = []
        if apart and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * self.quotes).rstrip())

    def text(self) -> str:
        self.end_block(apart=False)
        return clean(re.sub(r"\n{4,}", "\n\n\n", "\n".join(self.lines))).strip("\n")


def _lay_out(root: LexborNode, sheet: dict[str, dict[str, str]], page: _Page) -> None:
    """Walk the tree without recursion; a string on the stack closes the element of that name."""
    stack: list[tuple[LexborNode | str, Paint]] = [(root, Paint())]
    while stack:
        node, paint = stack.pop()
        if isinstance(node, str):
            _close(node, page)
            continue
        tag = node.tag or ""
        if tag == "-text":
            if not paint.invisible:
                page.write(node.text_content or "")
            continue
        if tag in _SILENT or tag.startswith(("-", "!", "_")):
            continue
        attributes = node.attributes
        inner = painted(paint, attributes, sheet, tag)
        if inner.hidden:
            continue
        if not _open(tag, attributes, page):
            continue
        stack.append((_closing(tag, attributes), inner))
        children = list(node.iter(include_text=True))
        stack.extend((child, inner) for child in reversed(children))


def _open(tag: str, attributes: dict[str, str | None], page: _Page) -> bool:
    """Begin an element; False when it holds nothing to walk into."""
    if tag == "br":
        page.break_line()
        return False
    if tag == "hr":
        page.end_block(apart=False)
        page.lines.append("_" * 32)
        return False
    if tag == "img":
        return False
    if tag in _BLOCK:
        page.end_block(apart=_stands_apart(tag, attributes))
        if tag == "blockquote":
            page.quotes = min(page.quotes + 1, 50)
        elif tag == "li":
            page.words.append("- ")
        elif tag == "pre":
            page.preformatted += 1
    return True


def _closing(tag: str, attributes: dict[str, str | None]) -> str:
    return f"{tag} apart" if tag in _BLOCK and _stands_apart(tag, attributes) else tag


def _stands_apart(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether an empty line is seen around the block: Outlook's and Gmail's paragraphs without margin have none."""
    if tag != "p":
        return tag in _APART
    if (attributes.get("class") or "").startswith(("Mso", "mso", "x_Mso")):
        return False
    style = declarations(attributes.get("style") or "")
    return not (style.get("margin", "").startswith("0") or style.get("margin-bottom", "").startswith("0"))


def _close(closing: str, page: _Page) -> None:
    tag, _, apart = closing.partition(" ")
    if tag in ("td", "th"):
        page.words.append("\t")
    if tag in _BLOCK:
        page.end_block(apart=False)
        if tag == "blockquote":
            page.quotes = max(0, page.quotes - 1)
        elif tag == "pre":
            page.preformatted = max(0, page.preformatted - 1)
        if apart:
            page.end_block(apart=True)


def _too_deep(html: str) -> bool:
    """Whether laying this out would take more than linear time: the HTML algorithm walks the open elements for each tag."""
    depth = work = 0
    for number, tag in enumerate(_TAG.finditer(html)):
        if number > MAX_TAGS:
            return True
        name = tag[2].lower()
        if name in _VOID or name in _CLOSED_BY_NEXT:
            work += depth
            continue
        depth = depth + 1 if not tag[1] else max(0, depth - 1)
        work += depth
        if depth > MAX_NESTING or work > _MAX_WORK:
            return True
    return False


def _stripped(html: str) -> str:
    """The text between the tags, for pages that are too large or too deep to lay out."""
    pieces: list[str] = []
    silent = ""
    for piece in re.split(r"(?=<[A-Za-z/!?])", html[:MAX_STRIPPED]):
        tag = _TAG.match(piece)
        closing = piece.find(">") if tag or piece.startswith(("<!", "<?")) else -1
        if tag:
            name = tag[2].lower()
            if name in ("script", "style", "head", "title"):
                silent = "" if tag[1] else silent or name
            if name in _BLOCK or name in ("br", "hr"):
                pieces.append("\n")
        if not silent:
            pieces.append(piece[closing + 1 :])
    text = _INVISIBLE.sub("", unescape("".join(pieces))).replace("\xa0", " ")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return clean(re.sub(r"\n{3,}", "\n\n", "\n".join(lines))).strip()
