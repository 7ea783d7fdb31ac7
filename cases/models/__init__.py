from cases.models.cases import Assignment, Case, Measure
from cases.models.documents import Document
from cases.models.openings import Opening
from cases.models.shares import LegalBasis, Share, ShareRecipient

__all__ = [
    "Assignment",
    "Case",
    "Document",
    "LegalBasis",
    "Measure",
    "Opening",
    "Share",
    "ShareRecipient",
]
