"""`load_demo --scale N`: N times as many cases, documents and subscribers, made cheaply
for benchmarks. Each copy of a document is a file of its own in the vault; it has the
bytes of one that inspection has passed, so it is not inspected again."""

import uuid

from cases.models import Case, Document, Measure
from newsletters.enums import Source
from newsletters.models import Newsletter, Subscriber
from spip_portal.accounts.models import User
from spip_portal.demo.loading import people, source
from spip_portal.security.actor import SystemActor, actor
from spip_portal.vault import services as vault
from spip_portal.vault.models import StoredFile


def load(scale: int) -> None:
    rows = source.read("cases")["case"]
    for name in {row["cpip"] for row in rows}:
        by = people.named(name)
        for number in range(2, scale + 1):
            _copy_cases(by, number)
    with actor(SystemActor.DEMO):
        _copy_subscribers(scale)


def _copy_cases(by: User, number: int) -> None:
    """The cases that the data files give this CPIP, once more under other numbers."""
    suffix = f"/{number}"
    with actor(by):
        followed = Case.objects.filter(referent=by, spip=by.spip)
        if followed.filter(reference__endswith=suffix).exists():
            return
        originals = list(followed.exclude(reference__contains="/"))
        copies = Case.objects.bulk_create(
            Case(
                spip_id=each.spip_id,
                antenne_id=each.antenne_id,
                reference=f"{each.reference}{suffix}",
                referent=by,
                sensitivity=each.sensitivity,
                milieu=each.milieu,
                prison=each.prison,
                release_on=each.release_on,
                release_unknown=each.release_unknown,
                opened_at=each.opened_at,
            )
            for each in originals
        )
        of_original = dict(zip((each.pk for each in originals), copies, strict=True))
        _copy_measures(of_original)
        _copy_documents(of_original)


def _copy_measures(of_original: dict[int, Case]) -> None:
    measures = list(Measure.objects.filter(case__in=of_original))
    for measure in measures:
        measure.pk, measure.case = None, of_original[measure.case_id]
        measure.uuid = uuid.uuid4()
    Measure.objects.bulk_create(measures)


def _copy_documents(of_original: dict[int, Case]) -> None:
    available = Document.objects.available().filter(case__in=of_original)
    copies = []
    for document in available.select_related("file"):
        content = b"".join(vault.open_stream(document.file))
        inspected = document.file
        document.file = vault.store(content=content)
        StoredFile.objects.filter(pk=document.file.pk).update(
            state=inspected.state,
            pages=inspected.pages,
            inspected_at=inspected.inspected_at,
        )
        copies.append(
            Document(
                case=of_original[document.case_id],
                kind=document.kind,
                dated_on=document.dated_on,
                court=document.court,
                file=document.file,
                added_by_id=document.added_by_id,
                added_at=document.added_at,
            )
        )
    Document.objects.bulk_create(copies)


def _copy_subscribers(scale: int) -> None:
    newsletter = Newsletter.objects.get(spip__slug="val-d-ornel")
    row = source.read("letters")["subscribers"]
    since = source.moment(-1)
    Subscriber.objects.bulk_create(
        (
            Subscriber(
                newsletter=newsletter,
                email=f"{name}.{number}@{row['domain']}.example",
                source=Source.FORM,
                asked_at=since,
                confirmed_at=since,
            )
            for number in range(2, scale + 1)
            for name in row["names"]
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )
