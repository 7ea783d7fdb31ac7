from cases.models.broken_glass import BrokenGlass
from cases.models.care import CareReport
from cases.models.cases import Assignment, Case, Measure, Transfer
from cases.models.documents import Document
from cases.models.following import AccessRequest, Acknowledgement
from cases.models.identities import Person
from cases.models.incidents import Incident
from cases.models.liaison import LiaisonMessage
from cases.models.openings import Opening
from cases.models.rules import Rules, RulesVersion, SharingRule
from cases.models.shares import LegalBasis, Share, ShareRecipient

__all__ = [
    "AccessRequest",
    "Acknowledgement",
    "Assignment",
    "BrokenGlass",
    "CareReport",
    "Case",
    "Document",
    "Incident",
    "LegalBasis",
    "LiaisonMessage",
    "Measure",
    "Opening",
    "Person",
    "Rules",
    "RulesVersion",
    "Share",
    "ShareRecipient",
    "SharingRule",
    "Transfer",
]
