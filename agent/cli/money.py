"""The payments of an item as a person who checks the books reads them: evidence, bank line, file, mail, and where the rest went."""

from collections.abc import Iterator

from agent.service.trail import Step

_KINDS = {
    "bank": "bank",
    "difference": "let go (charges, discount, cents)",
    "surplus": "more than was open",
    "owner": "told by the owner",
    "staff": "told by a colleague",
}


def money_lines(step: Step) -> Iterator[str]:
    """One payment or return, in lines."""
    verb = "received" if step.amount.amount > 0 else "taken back"
    because = f": {'; '.join(step.because)}" if step.because else ""
    yield f"  {step.on}  {step.amount} {verb}, {_KINDS.get(step.evidence, step.evidence)}{because}"
    line = step.line
    if line is not None:
        other = " ".join(filter(None, (line.payer, line.iban)))
        yield f"      bank line   {line.amount} {line.currency} on {line.account or 'the account'}, {other or 'no name'}"
        yield f"      its text    {line.words or '(none)'}"
        yield f"      reference   {line.reference.removeprefix('bank ')}"
        if line.document:
            yield f"      bank file   {line.filename or '(no name)'}, SHA-256 {line.document}"
        if step.shares:
            parts = " + ".join(f"{share.amount} {share.what}" for share in step.shares)
            yield f"      of which    {parts} = {line.amount} {line.currency}{'' if step.ties else '  DOES NOT ADD UP'}"
        else:
            yield "      of which    nothing any more: it was undone"
    if step.asked:
        yield f"      asked       {step.asked}"
        yield f"      answered    {step.answered}"
    if step.mail:
        yield f"      by mail     {step.mail}"
