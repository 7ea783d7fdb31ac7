from cases.models.care import CareReport
from cases.models.cases import Assignment, Case, Measure
from cases.models.documents import Document
from cases.models.following import AccessRequest, Acknowledgement
from cases.models.openings import Opening
from cases.models.rules import Rules, RulesVersion, SharingRule
from cases.models.shares import LegalBasis, Share, ShareRecipient

__all__ = [
    "AccessRequest",
    "Acknowledgement",
    "Assignment",
    "CareReport",
    "Case",
    "Document",
    "LegalBasis",
    "Measure",
    "Opening",
    "Rules",
    "RulesVersion",
    "Share",
    "ShareRecipient",
    "SharingRule",
]
