"""Starter content: brought up to what its files say, never over what the organisation made of it."""

from dataclasses import dataclass, field

from people.actions.audit import Deed


@dataclass
class Loaded:
    """What a loading did, as keys. `kept` is what the organisation has made its own, by editing, archiving, or having
    it first: it was left alone. `deeds`: what is to be written into the audit trail of it."""

    added: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
