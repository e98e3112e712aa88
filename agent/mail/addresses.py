"""Address lists (RFC 5322 §3.4), as they come: unquoted commas, groups, comments, encoded names, several @."""

import re

from agent.mail.headers import MAX_ADDRESSES, MAX_HEADER, decode_words

_LOOKS_LIKE = re.compile(r"[^\s<>\"(),:;\[\]]{1,200}@[^\s<>\"(),:;]{1,250}")
_SPECIAL = re.compile(r'["(),:;<>\\]')
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x1f\x7f]")


def parse_addresses(value: str) -> list[tuple[str, str]]:
    """The (address, display name) pairs of an address field, still undecoded words decoded; address "" when unreadable.

    A group's name is dropped, its members stay. Text without any address gives one pair with an empty address.
    """
    found: list[tuple[str, str]] = []
    for words, angle, comments in _mailboxes(value[:MAX_HEADER]):
        address, name = _mailbox(words, angle, comments)
        if found and not found[-1][0] and angle is not None and address:
            # `Dupont, Jean <j@d.fr>`: a comma in a name that forgot its quotes
            name = f"{found.pop()[1]}, {name}" if name else found.pop()[1]
        if address or name:
            found.append((address, name))
        if len(found) >= MAX_ADDRESSES:
            break
    return found


def _mailbox(words: str, angle: str | None, comments: str) -> tuple[str, str]:
    phrase = _plain(words)
    if angle is not None:
        address = _address(angle)
        if address:
            return address, phrase or _plain(comments)
        # `<Jean Dupont> jean@x.be`, or nothing inside: look beside the brackets
        beside = _address(words)
        return beside, _plain(angle) if beside else phrase or _plain(angle)
    address = _address(words)
    if address:
        name = phrase.replace(address, "").strip(" <>[]'\"") if phrase.lower() != address else ""
        name = "" if name.lower() == address else name
        return address, name or _plain(comments)
    return "", phrase


def _address(text: str) -> str:
    """The address within this text in lower case, "" when there is none. A source route (RFC 5322 §4.4) is dropped."""
    text = _HIDDEN.sub("", text)
    text = text.strip().removeprefix("mailto:").strip(" '\"")
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    local, at, domain = text.rpartition("@")
    if at and local.startswith('"') and local.endswith('"') and " " not in domain:
        return f"{local}@{domain}".lower()
    found = _LOOKS_LIKE.search(text)
    return found[0].rstrip(".'").lower() if found else ""


def _plain(text: str) -> str:
    text = _HIDDEN.sub("", decode_words(text))
    return " ".join(text.split()).strip("'\" ")[:300]


def _mailboxes(value: str) -> list[tuple[str, str | None, str]]:
    """The members of the list as (words, content of the angle brackets or None, comments). One pass, no backtracking."""
    found: list[tuple[str, str | None, str]] = []
    words: list[str] = []
    angle: str | None = None
    comments: list[str] = []
    balanced = True
    at = 0
    while at < len(value):
        special = _SPECIAL.search(value, at)
        if special is None:
            words.append(value[at:])
            break
        words.append(value[at : special.start()])
        at = special.end()
        match special[0]:
            case '"':
                text, at = _quoted(value, at)
                # A quoted local part stays quoted, a quoted name does not.
                words.append(f'"{text}"' if value[at : at + 1] == "@" else text)
            case "(":
                if balanced:
                    text, at, balanced = _comment(value, at)
                    comments.append(text)
                words.append(" ")
            case "<":
                closing = end if (end := value.find(">", at)) >= 0 else len(value)
                if angle is None:
                    angle = value[at:closing]
                at = closing + 1
            case "," | ";":
                found.append(("".join(words), angle, " ".join(comments)))
                words, angle, comments = [], None, []
            case ":":
                # A group's name ends here, unless the colon belongs to `mailto:` or an odd local part.
                words = [] if "@" not in "".join(words) else [*words, ":"]
            case _:
                words.append(value[at : at + 1])
                at += 1
    found.append(("".join(words), angle, " ".join(comments)))
    return found


def _quoted(value: str, at: int) -> tuple[str, int]:
    """The quoted string that begins at `at`, and where it ends. A quote that is never closed is no quote."""
    closing = value.find('"', at)
    while closing > 0 and value[closing - 1] == "\\":
        closing = value.find('"', closing + 1)
    if closing < 0:
        return "", at
    return re.sub(r"\\(.)", r"\1", value[at:closing]), closing + 1


def _comment(value: str, at: int) -> tuple[str, int, bool]:
    """The comment that begins at `at`, where it ends, and whether it is closed: else the rest of the list must not vanish in it."""
    depth = 1
    begin = at
    while at < len(value) and depth:
        if value[at] == "\\":
            at += 1
        elif value[at] == "(":
            depth += 1
        elif value[at] == ")":
            depth -= 1
        at += 1
    if depth:
        return "", begin, False
    return value[begin : at - 1], at, True
