from partners.models.actions import ActionSession, CollectiveAction
from partners.models.agreements import (
    Agreement,
    AgreementAlert,
    AgreementAmendment,
    AgreementParty,
)
from partners.models.annexes import AgreementAnnex
from partners.models.members import Charter, Clearance, Invitation, Membership
from partners.models.missions import Mission
from partners.models.organisations import (
    Organisation,
    OrganisationKind,
    Partnership,
    Theme,
)

__all__ = [
    "ActionSession",
    "Agreement",
    "AgreementAlert",
    "AgreementAmendment",
    "AgreementAnnex",
    "AgreementParty",
    "Charter",
    "Clearance",
    "CollectiveAction",
    "Invitation",
    "Membership",
    "Mission",
    "Organisation",
    "OrganisationKind",
    "Partnership",
    "Theme",
]
