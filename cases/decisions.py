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
    """`share`, its `people`, and its `documents`: all of them or none. The direction
    reads them only while the share waits, and half a list would mislead."""
    rows = ShareRecipient.history.filter(share=share).select_related(
        "user", "membership__organisation"
    )
    people = {
        Named(str(row.user), str(row.membership.organisation), row.is_substitute)
        for row in rows
    }
    named = {row.content_object_id for row in rows}
    documents = list(Document.objects.filter(pk__in=named).order_by("pk"))
    return {
        "share": share,
        "documents": documents if len(documents) == len(named) else [],
        "people": sorted(people, key=lambda p: (p.is_substitute, p.name)),
    }
