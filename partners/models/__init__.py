from partners.models.actions import ActionDocument, ActionSession, CollectiveAction
from partners.models.agreements import (
    Agreement,
    AgreementAlert,
    AgreementAmendment,
    AgreementParty,
)
from partners.models.annexes import AgreementAnnex, AnnexText
from partners.models.attendance import SessionAttendance
from partners.models.communes import Commune
from partners.models.contacts import Charge
from partners.models.forums import Forum
from partners.models.members import Charter, Clearance, Invitation, Membership
from partners.models.missions import Mission, MissionImage, MissionVersion
from partners.models.organisations import Organisation, OrganisationKind, Theme
from partners.models.partnerships import Partnership
from partners.models.reception import (
    DeclaredPlaces,
    ReceptionKind,
    Site,
)
from partners.models.registrations import (
    JoinRequest,
    PartnershipChange,
    Proof,
    Registration,
)
from partners.models.requests import ActionRequest
from partners.models.reviews import ReviewReminder
from partners.models.words import Duty, Term

__all__ = [
    "ActionDocument",
    "ActionRequest",
    "ActionSession",
    "Agreement",
    "AgreementAlert",
    "AgreementAmendment",
    "AgreementAnnex",
    "AgreementParty",
    "AnnexText",
    "Charge",
    "Charter",
    "Clearance",
    "CollectiveAction",
    "Commune",
    "DeclaredPlaces",
    "Duty",
    "Forum",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Mission",
    "MissionImage",
    "MissionVersion",
    "Organisation",
    "OrganisationKind",
    "Partnership",
    "PartnershipChange",
    "Proof",
    "ReceptionKind",
    "Registration",
    "ReviewReminder",
    "SessionAttendance",
    "Site",
    "Term",
    "Theme",
]
