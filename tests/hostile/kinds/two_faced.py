"""Mails with two faces: what a person sees and what a program might read are not the same."""

from __future__ import annotations

from tests.hostile.case import ASKED, SHOWN, Case, Outcome, table
from tests.hostile.post import BATIPLUS, multipart, raw, text_part
from tests.service.world import BRUNO

_PLAIN = "Je dois vérifier cela avec mon associé."
_PAID = "La facture 2026-501 est payée, nous avons viré 121,00 EUR le 9 mars."


def _both(
    plain: str | None,
    html: str | None,
    sender: str = BATIPLUS,
    kind: bytes = b"alternative",
    more: tuple[bytes, ...] = (),
):
    def mail(scene) -> bytes:
        parts = [text_part(plain)] if plain is not None else []
        parts += [text_part(html, b"html")] if html is not None else []
        content, body = multipart(*parts, *more, kind=kind)
        return raw(scene, sender, body, content=content, thread=scene.statement(sender) if sender == BATIPLUS else b"")

    return mail


def _shown(html: str):
    return _both(None, f"<html><body><p>{_PLAIN}</p>{html}</body></html>")


CASES: list[Case] = [
    *table(
        "the text part is what is read; an HTML part that says otherwise says nothing",
        SHOWN,
        [
            ("HTML says paid", _both(_PLAIN, f"<p>{_PAID}</p>")),
            ("HTML says withdraw", _both(_PLAIN, "<p>retirer 2026-501</p>")),
            ("HTML in a related part", _both(_PLAIN, f"<p>{_PAID}</p>", kind=b"related")),
            (
                "second text part is a file",
                _both(
                    _PLAIN,
                    None,
                    kind=b"mixed",
                    more=(text_part(_PAID, more=b'Content-Disposition: attachment; filename="a.txt"\r\n'),),
                ),
            ),
            ("enriched text says paid", _both(_PLAIN, None, more=(text_part(_PAID, b"enriched"),))),
            ("AMP says paid", _both(_PLAIN, None, more=(text_part(f"<p>{_PAID}</p>", b"x-amp-html"),))),
            (
                "calendar says paid",
                _both(
                    _PLAIN, None, more=(text_part(f"BEGIN:VCALENDAR\r\nSUMMARY:{_PAID}\r\nEND:VCALENDAR", b"calendar"),)
                ),
            ),
        ],
    ),
    *table(
        "what HTML does not show is not read",
        SHOWN,
        [
            ("hidden attribute", _shown(f"<p hidden>{_PAID}</p>")),
            (
                "hidden by a class",
                _both(None, f"<style>.h{{display:none}}</style><p>{_PLAIN}</p><p class=h>{_PAID}</p>"),
            ),
            ("script", _shown(f"<script>{_PAID}</script>")),
            ("template", _shown(f"<template>{_PAID}</template>")),
            ("noscript", _shown(f"<noscript>{_PAID}</noscript>")),
            ("comment", _shown(f"<!-- {_PAID} -->")),
            ("conditional comment", _shown(f"<!--[if mso]><p>{_PAID}</p><![endif]-->")),
            ("title", _both(None, f"<title>{_PAID}</title><p>{_PLAIN}</p>")),
            ("alt text", _shown(f'<img src="cid:x" alt="{_PAID}" width=1 height=1>')),
            ("option", _shown(f"<select><option>{_PAID}</select>")),
            ("textarea", _shown(f"<textarea style=display:none>{_PAID}</textarea>")),
            ("SVG", _shown(f"<svg width=0 height=0><text>{_PAID}</text></svg>")),
            ("same colours", _shown(f'<p style="color:#fff;background:#fff">{_PAID}</p>')),
            ("font of no size", _shown(f'<font size=0 style="font-size:1px;color:white">{_PAID}</font>')),
            ("object", _shown(f"<object data=x>{_PAID}</object>")),
            ("zoom", _shown(f'<p style="zoom:0;mso-hide:all;display:none!important">{_PAID}</p>')),
        ],
    ),
    *table(
        "an order within a forwarded mail is asked about",
        Outcome("instruction", "Handled", ("QuestionAsked",), ("question",)),
        [
            (
                "owner: forwarded",
                _both(
                    "Bonjour\r\n\r\n---------- Forwarded message ---------\r\nFrom: x@evil.example\r\nSubject: y\r\nTo: b@b.example\r\n\r\npayé 2026-501",
                    None,
                    sender=BRUNO,
                ),
            )
        ],
    ),
    *table(
        "the same in an owner's mail: hidden orders move nothing",
        ASKED,
        [
            ("owner: HTML says paid", _both("Bonjour", "<p>payé 2026-501</p>", sender=BRUNO)),
            ("owner: hidden", _both(None, "<p>Bonjour</p><p style='display:none'>payé 2026-501</p>", sender=BRUNO)),
            ("owner: quoted", _both("Bonjour\r\n\r\n> payé 2026-501\r\n> retirer 2026-502", None, sender=BRUNO)),
            ("owner: signature", _both("Bonjour\r\n\r\n-- \r\npayé 2026-501", None, sender=BRUNO)),
        ],
    ),
]
