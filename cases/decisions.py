"""A share as it was decided: what its page and its papers show."""

from dataclasses import dataclass

from cases.models import Document, Share, ShareRecipient


@dataclass(frozen=True)
class Named:
    """A person named on a share, and the structure they were named in."""

    name: str
    organisation: str
    is_substitute: bool


def decision_of(share: Share) -> dict:
    """`share`, its `documents` and its `people`, in one query."""
    rows = list(
        ShareRecipient.history.filter(share=share).select_related(
            "user", "membership__organisation", "content_object"
        )
    )
    people = {
        Named(str(row.user), str(row.membership.organisation), row.is_substitute)
        for row in rows
    }
    documents: dict[int, Document] = {
        row.content_object_id: row.content_object for row in rows
    }
    return {
        "share": share,
        "documents": [documents[pk] for pk in sorted(documents)],
        "people": sorted(people, key=lambda p: (p.is_substitute, p.name)),
    }
