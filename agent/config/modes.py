"""What contradicts itself in how a creditor wants statements to leave and notices to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.domain.parties import Creditor
from agent.domain.releases import Mode


def mode_problems(creditors: Iterable[Creditor]) -> Iterator[str]:
    """Every problem, beginning with the file and key."""
    for creditor in creditors:
        label = f"creditors/{creditor.id}.toml: "
        if creditor.forewarning and creditor.mode is not Mode.AUTOMATIC:
            yield f'{label}forewarning: says nothing beside mode = "{creditor.mode.value}"; leave one of them out'
        people = {person.address for person in creditor.people}
        for address in creditor.copy_to:
            if address in people:
                yield f"{label}copy_to: {address} is one of his people already; what they get follows from their role"
