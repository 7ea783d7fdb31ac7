from cases.models.broken_glass import BrokenGlass
from cases.models.cases import Assignment, Case, Measure, Transfer
from cases.models.documents import Document
from cases.models.identities import Person
from cases.models.shares import LegalBasis, Share, ShareRecipient

__all__ = [
    "Assignment",
    "BrokenGlass",
    "Case",
    "Document",
    "LegalBasis",
    "Measure",
    "Person",
    "Share",
    "ShareRecipient",
    "Transfer",
]
