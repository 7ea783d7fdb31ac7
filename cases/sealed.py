"""What the case area keeps sealed (spip_portal.vault.rotation)."""

from collections.abc import Iterator

from cases import identity
from cases.models import CareReport, Person
from cases.models.care import PURPOSE as END_OF_CARE
from spip_portal.vault.rotation import Sealed


def sealed(user) -> Iterator[Sealed]:
    """Who the persons followed are, and the words of the ends of care."""
    yield Sealed(
        rows=Person.objects.select_related("case"),
        fields=("sealed",),
        purpose=identity.PURPOSE,
        read=lambda person: [bytes(person.sealed)],
        write=lambda person, again: setattr(person, "sealed", again[0]),
        context=lambda person: person.case.uuid.bytes,
    )
    yield Sealed(
        rows=CareReport.objects.all(),
        fields=("sealed_text",),
        purpose=END_OF_CARE,
        read=lambda report: [bytes(report.sealed_text)],
        write=lambda report, again: setattr(report, "sealed_text", again[0]),
        context=lambda report: report.uuid.bytes,
    )
