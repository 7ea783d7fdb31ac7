"""What the case area keeps sealed (spip_portal.vault.rotation)."""

from collections.abc import Iterator

from cases import identity
from cases.models import CareReport, Incident, LiaisonMessage, Person
from spip_portal.vault.rotation import Sealed

WORDS = [
    (CareReport, CareReport.text),
    (LiaisonMessage, LiaisonMessage.text),
    (Incident, Incident.facts),
    (Incident, Incident.answer),
]


def sealed(user) -> Iterator[Sealed]:
    """Who the persons followed are, and what is written about them."""
    yield Sealed(
        rows=Person.objects.select_related("case"),
        fields=("sealed",),
        purpose=identity.PURPOSE,
        read=lambda person: [bytes(person.sealed)],
        write=lambda person, again: setattr(person, "sealed", again[0]),
        context=lambda person: person.case.uuid.bytes,
    )
    for model, words in WORDS:
        yield Sealed(
            rows=model.objects.all(),
            fields=(words.field,),
            purpose=words.purpose,
            read=words.kept_by,
            write=words.keep,
            context=lambda row: row.uuid.bytes,
        )
