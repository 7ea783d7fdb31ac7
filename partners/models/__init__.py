from partners.models.actions import ActionSession, CollectiveAction
from partners.models.agreements import (
    Agreement,
    AgreementAlert,
    AgreementAmendment,
    AgreementParty,
)
from partners.models.annexes import AgreementAnnex
from partners.models.attendance import SessionAttendance
from partners.models.contacts import Charge
from partners.models.forums import Forum
from partners.models.members import Charter, Clearance, Invitation, Membership
from partners.models.missions import Mission, MissionImage, MissionVersion
from partners.models.organisations import (
    Organisation,
    OrganisationKind,
    Partnership,
    Theme,
)
from partners.models.requests import ActionRequest
from partners.models.words import Duty, Term

__all__ = [
    "ActionRequest",
    "ActionSession",
    "Agreement",
    "AgreementAlert",
    "AgreementAmendment",
    "AgreementAnnex",
    "AgreementParty",
    "Charge",
    "Charter",
    "Clearance",
    "CollectiveAction",
    "Duty",
    "Forum",
    "Invitation",
    "Membership",
    "Mission",
    "MissionImage",
    "MissionVersion",
    "Organisation",
    "OrganisationKind",
    "Partnership",
    "SessionAttendance",
    "Term",
    "Theme",
]
