"""The demonstration: three months of invented business on local Maildirs, with a simulated clock and real documents."""

from agent.demo.play import play

__all__ = ["play"]
