"""What partners write in the case area, and what they and the service write both."""

from collections.abc import Iterator

from cases.models import (
    AccessRequest,
    Acknowledgement,
    CareReport,
    Incident,
    LiaisonMessage,
    Opening,
)
from spip_portal.security.dates import today
from tests.cases.factories import (
    AccessRequestFactory,
    DocumentFactory,
    ShareFactory,
    incident_of,
    message_of,
)
from tests.security.writes import DAY, HOUR, Cast, Write, several, update

# -- What partners write ---------------------------------------------------------------


def of_requests(cast: Cast) -> Iterator[Write]:
    partner, cpip = cast.partner, cast.cpip
    right = {
        "reference": cast.case.uuid,
        "reason": "Préparer l’accueil",
        "asked_by": partner,
        "membership": cast.row.membership,
    }
    answered = {"answered_at": cast.now, "answered_by": partner, "is_granted": True}
    wrong = [{"asked_by": cast.stranger}, answered]
    yield from several(AccessRequest, partner, right, *wrong)
    for case in (cast.case, cast.away.case):
        AccessRequestFactory(reference=case.uuid)
    answer = "answered_at = now(), is_granted = false, answered_by_id = %s"
    yield update(1, cpip, "accessrequest", answer, cpip.pk)
    yield update(0, cpip, "accessrequest", answer, cast.colleague.pk)


def of_acknowledgements(cast: Cast) -> Iterator[Write]:
    right = {
        "case": cast.case,
        "share": cast.share,
        "document": cast.document,
        "user": cast.partner,
        "commitment": "Lu",
    }
    over = cast.over_here
    wrong = [
        {"user": cast.stranger},
        {"document": DocumentFactory(case=cast.case)},
        {"share": over.share, "document": over.content_object},
    ]
    yield from several(Acknowledgement, cast.partner, right, *wrong)


def of_reports(cast: Cast) -> Iterator[Write]:
    right = {
        "case": cast.case,
        "share": cast.share,
        "spip": cast.spip,
        "membership": cast.row.membership,
        "written_by": cast.partner,
        "starts_on": today(),
        "ends_on": today(),
        "outcome": CareReport.Outcome.COMPLETED,
        "sealed_text": b"x",
    }
    wrong = [
        {"written_by": cast.stranger},
        {"spip": cast.away.case.spip},
        {"share": cast.over_here.share},
    ]
    yield from several(CareReport, cast.partner, right, *wrong)


def of_incidents(cast: Cast) -> Iterator[Write]:
    cpip = cast.cpip
    right = {
        "case": cast.case,
        "share": cast.share,
        "spip": cast.spip,
        "membership": cast.row.membership,
        "reported_by": cast.partner,
        "kind": Incident.Kind.OTHER,
        "happened_at": cast.now - HOUR,
        "urgency": Incident.Urgency.NORMAL,
        "answer_due_at": cast.now + DAY,
        "sealed_facts": b"x",
    }
    wrong = [
        {"reported_by": cast.stranger, "membership": cast.away.membership},
        {"membership": cast.away.membership},
        {"received_at": cast.now, "received_by": cast.partner},
        {"reported_at": cast.now + HOUR},
        {"spip": cast.away.case.spip},
        {"share": cast.over_here.share},
    ]
    yield from several(Incident, cast.partner, right, *wrong)
    for row, answer in ((cast.row, ""), (cast.row, "Vu"), (cast.away, "")):
        incident_of(row, answer=answer)
    answer = (
        "received_at = now(), received_by_id = %s,"
        " answered_at = now(), answered_by_id = %s, sealed_answer = 'x'"
    )
    for who in (cpip, cast.manager):
        yield update(1, who, "incident", answer, who.pk, who.pk)
    unread = "received_at = null, received_by_id = null"
    yield update(0, cpip, "incident", unread)


# -- What both write -------------------------------------------------------------------


def of_messages(cast: Cast) -> Iterator[Write]:
    partner, cpip, colleague = cast.partner, cast.cpip, cast.colleague
    membership, over = cast.row.membership, cast.over_here
    right = {
        "case": cast.case,
        "share": cast.share,
        "written_by": partner,
        "membership": membership,
        "sealed_text": b"x",
    }
    wrong = [
        {"written_by": cast.stranger, "membership": cast.away.membership},
        {"membership": cast.away.membership},
        {"written_at": cast.now - HOUR, "changed_at": cast.now},
        {"written_at": cast.now + HOUR},
        {"share": over.share},
    ]
    yield from several(LiaisonMessage, partner, right, *wrong)
    of_service = right | {"written_by": cpip, "membership": None}
    foreign = {"case": cast.foreign, "share": ShareFactory(case=cast.foreign)}
    yield from several(LiaisonMessage, cpip, of_service, foreign)
    message_of(membership, cast.share, "La mienne")
    message_of(membership, over.share, "Sous un partage fini")
    old = message_of(membership, cast.share, "De la veille")
    LiaisonMessage.objects.filter(pk=old.pk).update(written_at=cast.now - 2 * DAY)
    for share in (cast.share, foreign["share"]):
        LiaisonMessage(
            case=share.case, share=share, written_by=cpip, sealed_text=b"x"
        ).save()
    for who in (partner, cpip):
        changed = "sealed_text = 'y', changed_at = clock_timestamp()"
        yield update(1, who, "liaisonmessage", changed)
        yield update(0, who, "liaisonmessage", "sealed_text = 'y'")
    yield update(0, colleague, "liaisonmessage", "sealed_text = 'y'")


def of_openings(cast: Cast) -> Iterator[Write]:
    partner = cast.partner
    right = {"user": partner, "document": cast.document}
    wrong = [{"user": cast.stranger}, {"document": cast.away.content_object}]
    yield from several(Opening, partner, right, *wrong)
    for who, ago in ((partner, 2 * DAY), (partner, HOUR), (cast.stranger, 2 * DAY)):
        Opening.objects.create(
            user=who, document=cast.document, opened_at=cast.now - ago
        )
    yield Write(1, partner, "delete from cases_opening where true")


PARTNERS = (
    of_requests,
    of_acknowledgements,
    of_reports,
    of_incidents,
    of_messages,
    of_openings,
)
