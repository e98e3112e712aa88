"""Every door to the outside, with the obligations of whoever implements it."""

from agent.ports.machine import Clock, Ocr
from agent.ports.mail import (
    HEAD_FIELDS,
    Box,
    Delivery,
    Envelope,
    Mailbox,
    Memory,
    MessageRef,
    Transport,
    UnknownOutcome,
)
from agent.ports.store import (
    AlreadyDone,
    ClaimLost,
    Claims,
    Commit,
    Conflict,
    MessageRecord,
    Queued,
    Store,
    StoredEvent,
    Timer,
)

__all__ = [
    "HEAD_FIELDS",
    "AlreadyDone",
    "Box",
    "ClaimLost",
    "Claims",
    "Clock",
    "Commit",
    "Conflict",
    "Delivery",
    "Envelope",
    "Mailbox",
    "Memory",
    "MessageRecord",
    "MessageRef",
    "Ocr",
    "Queued",
    "Store",
    "StoredEvent",
    "Timer",
    "Transport",
    "UnknownOutcome",
]
