"""« Carte du secret »: who may read what in a case, and what has no more reason."""

from dataclasses import dataclass, field

from django.db.models import BooleanField, Case, Value, When

from cases import readings
from cases.models import Case as CaseFile
from cases.models import Document, Share, ShareRecipient
from cases.models.shares import live
from spip_portal.accounts.models import User


@dataclass
class Cell:
    """One person and one document: the share that counts most for them."""

    document: Document
    share: Share | None = None
    is_live: bool = False
    is_substitute: bool = False
    is_read: bool = False

    @property
    def rank(self) -> int:
        """What still opens goes before what will, then before what is over."""
        if self.share is None:
            return 0
        return 3 if self.is_live else 2 if self.share.is_waiting else 1


@dataclass
class Line:
    """A person, in a structure, and their cell for each document in order."""

    user: User
    organisation: str
    cells: list[Cell] = field(default_factory=list)


def map_of(case: CaseFile) -> list[Line]:
    """One line for each person ever named in the case, by structure then name."""
    rows = list(
        ShareRecipient.history.filter(case=case)
        .annotate(
            is_live=Case(
                When(live(), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
        )
        .select_related(
            "share__revoked_by",
            "user",
            "membership__organisation",
            "content_object__replaced_by",
        )
        .order_by("pk")
    )
    documents = {row.content_object_id: row.content_object for row in rows}
    read = readings.pairs_read(documents.values())
    lines: dict[tuple[int, str], Line] = {}
    for row in rows:
        organisation = str(row.membership.organisation)
        line = lines.setdefault(
            (row.user_id, organisation),
            Line(row.user, organisation, [Cell(documents[pk]) for pk in documents]),
        )
        _place(line, row, read)
    return sorted(lines.values(), key=lambda line: (line.organisation, str(line.user)))


def _place(line: Line, row: ShareRecipient, read: set) -> None:
    cell = Cell(
        row.content_object,
        row.share,
        row.is_live,
        row.is_substitute,
        (row.user_id, row.content_object.uuid) in read,
    )
    for index, known in enumerate(line.cells):
        if known.document.pk == cell.document.pk and cell.rank >= known.rank:
            line.cells[index] = cell
