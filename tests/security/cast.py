"""Who walks through the matrix, and the groups its table speaks of."""

from dataclasses import dataclass
from enum import StrEnum


class Persona(StrEnum):
    """Service A first; `_B` are of the other service, B."""

    VISITOR = "visitor"
    DEACTIVATED = "deactivated"  # an account closed while its session was open
    APPLICANT = "applicant"  # référent of a structure that A has not validated yet
    MEMBER = "member"  # cleared, of the structure A shares with, named on nothing
    REFERENT = "referent"  # of the same structure
    RECIPIENT = "recipient"  # of the same structure, named on A's share
    OUTSIDER = "outsider"  # référent of another structure of A, cleared
    STATE_AGENT = "state_agent"  # of a town hall, cleared as far as anyone can be
    CPIP = "cpip"  # follows the cases
    CPIP2 = "cpip2"  # same service: a case of their own, and one they are assigned to
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    AUDITOR = "auditor"
    SUPERUSER = "superuser"
    PARTNER_B = "partner_b"  # référent, named on B's share
    CPIP_B = "cpip_b"
    COORDINATOR_B = "coordinator_b"
    MANAGER_B = "manager_b"


P = Persona


@dataclass(frozen=True)
class Group:
    """Who may, on what service A owns (`a`) and on its counterpart in B (`b`)."""

    a: frozenset[Persona]
    b: frozenset[Persona]

    def __or__(self, other: "Group") -> "Group":
        return Group(self.a | other.a, self.b | other.b)

    def __sub__(self, other: "Group") -> "Group":
        return Group(self.a - other.a, self.b - other.b)

    def on(self, side: str) -> frozenset[Persona]:
        """`side`: "a" or "b"; what nobody made is A's as much as anyone's."""
        return self.b if side == "b" else self.a


def either(*personas: Persona) -> Group:
    """Those may, whichever service it is."""
    return Group(frozenset(personas), frozenset(personas))


def own(a: set[Persona], b: set[Persona] = frozenset()) -> Group:
    """Each on what their own service owns."""
    return Group(frozenset(a), frozenset(b))


NOBODY = either()
EVERYONE = either(*P)
SIGNED_OUT = either(P.VISITOR, P.DEACTIVATED)
SIGNED_IN = EVERYONE - SIGNED_OUT
SUPERUSER = either(P.SUPERUSER)

# Agents, by their function in the service that owns the thing.
FOLLOWER = own({P.CPIP}, {P.CPIP_B})
MANAGER = own({P.MANAGER}, {P.MANAGER_B})
COORDINATOR = own({P.COORDINATOR}, {P.COORDINATOR_B})
COORDINATION = COORDINATOR | MANAGER
AUDITOR = own({P.AUDITOR})
COLLEAGUE = own({P.CPIP2})
CPIPS = FOLLOWER | COLLEAGUE
SERVICE = CPIPS | COORDINATION | AUDITOR

# The same functions, of whichever service.
ANY_CPIP = either(P.CPIP, P.CPIP2, P.CPIP_B)
ANY_MANAGER = either(P.MANAGER, P.MANAGER_B)
ANY_COORDINATOR = either(P.COORDINATOR, P.COORDINATOR_B)
ANY_COORDINATION = ANY_MANAGER | ANY_COORDINATOR
JOURNAL_READERS = ANY_MANAGER | either(P.AUDITOR)
ANY_AGENT = ANY_CPIP | ANY_COORDINATION | either(P.AUDITOR)

# Partners, by their tie to the structure that the service shares with.
RECIPIENT = own({P.RECIPIENT}, {P.PARTNER_B})
REFERENT = own({P.REFERENT}, {P.PARTNER_B})
HOUSE = own({P.MEMBER, P.REFERENT, P.RECIPIENT}, {P.PARTNER_B})
OUTSIDER = own({P.OUTSIDER})
APPLICANT = own({P.APPLICANT})
STATE_AGENT = own({P.STATE_AGENT})
PARTNERS = HOUSE | OUTSIDER | STATE_AGENT  # of structures validated
NETWORK = PARTNERS | ANY_AGENT
# The same, of whichever service.
ANY_STAFF = either(
    P.REFERENT, P.OUTSIDER, P.PARTNER_B
)  # référents, structure validated
ANY_PARTNER = either(
    P.MEMBER, P.REFERENT, P.RECIPIENT, P.OUTSIDER, P.STATE_AGENT, P.PARTNER_B
)
ANY_MEMBER = ANY_PARTNER | either(P.APPLICANT)
