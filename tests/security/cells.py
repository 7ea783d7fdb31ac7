"""The addresses of the walk, and what each answers to whom."""

from dataclasses import dataclass

from tests.security.access import TABLE
from tests.security.cast import SIGNED_OUT, Persona
from tests.security.lines import Line


@dataclass(frozen=True)
class Cell:
    """One address of the walk. `side`: whose object, "a", "b" or "unknown"."""

    route: str
    line: Line
    side: str
    url: str

    def may(self, persona: Persona) -> bool:
        return persona in self.line.readers.on(self.side)

    def on_get(self, persona: Persona) -> int:
        """The status that this persona must be given."""
        if persona in SIGNED_OUT.a and not is_public(self.route):
            return 302
        if self.line.is_button:
            return 405
        if self.side == "unknown":
            return self.line.unknown
        return self.line.status if self.may(persona) else self.line.others

    def on_post(self, persona: Persona) -> int:
        """The same for a post by somebody who may not."""
        if persona in SIGNED_OUT.a and not is_public(self.route):
            return 302
        return 405 if self.line.is_read_only else self.line.others

    def may_post(self, persona: Persona) -> bool:
        return self.may(persona) and not self.line.is_read_only


def is_public(route: str) -> bool:
    """Whether it answers a visitor by itself, rather than sends them to sign in."""
    return any(
        Persona.VISITOR in line.readers.a or line.others != 404 for line in TABLE[route]
    )
