"""What the case area offers to pages it does not know (spip_portal.registry)."""

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import readings
from cases.due import SOONEST_FIRST, dues_of, with_due
from cases.models import (
    AccessRequest,
    Case,
    Incident,
    LiaisonMessage,
    Share,
    ShareRecipient,
)
from cases.models.cases import cpips_of
from cases.sealed import sealed
from spip_portal import registry
from spip_portal.accounts.enums import PARTNER, Role
from spip_portal.accounts.models import Posting, User
from spip_portal.registry import HomeBlock

SHOWN = 8


def home_blocks(user) -> Iterator[HomeBlock]:
    if not user.is_active:
        return
    if user.is_cpip:
        yield _my_cases(user)
        yield from _incidents(user)
        yield from _access_asked(user)
        yield from _messages(user)
    elif user.is_manager:
        yield from _incidents(user)
        yield from _to_countersign(user)
        yield from _orphans(user)
    elif user.role == PARTNER:
        yield from _documents_to_read(user)
        yield from _messages(user)


def _my_cases(user) -> HomeBlock:
    """What is due soonest comes first."""
    cases = with_due(Case.objects.followed_by(user)).order_by(*SOONEST_FIRST)
    rows = [(case, dues_of(case)) for case in cases[:SHOWN]]
    return HomeBlock(_("Mes dossiers"), "cases/home_cases.html", {"rows": rows}, 10)


def _incidents(user) -> Iterator[HomeBlock]:
    """What is owed an answer."""
    waiting = Incident.objects.answerable_by(user).select_related(
        "case", "membership__organisation"
    )
    if found := waiting.soonest_first()[:SHOWN]:
        title = _("Signalements à traiter")
        yield HomeBlock(title, "cases/home_incidents.html", {"incidents": found}, 1)


def _access_asked(user) -> Iterator[HomeBlock]:
    asked = AccessRequest.objects.answerable_by(user).select_related(
        "asked_by", "membership__organisation"
    )[:SHOWN]
    if asked:
        yield HomeBlock(
            _("Demandes d’accès"),
            "cases/home_access.html",
            {"requests": asked},
            order=5,
        )


def _to_countersign(user) -> Iterator[HomeBlock]:
    countersignable = Share.objects.countersignable_by(user).select_related("case")
    if waiting := countersignable.order_by("created_at")[:SHOWN]:
        yield HomeBlock(
            _("Partages à contresigner"),
            "cases/home_countersign.html",
            {"shares": waiting},
            order=5,
        )


def _orphans(user) -> Iterator[HomeBlock]:
    """Cases of the service whose referent is in office no more, by referent: few leave,
    and the index of each answers, where a join would read the whole service."""
    posted = Posting.objects.filter(spip=user.spip, role=Role.CPIP).values("user")
    in_office = cpips_of(user.spip).values("pk")
    gone = User.objects.filter(pk__in=posted).exclude(pk__in=in_office)
    people = User.objects.in_bulk(list(gone.values_list("pk", flat=True)))
    held = Case.objects.listed_to(user).order_by().filter(referent__in=list(people))
    counts = held.values_list("referent").annotate(Count("pk"))[:SHOWN]
    if orphans := [(people[referent], count) for referent, count in counts]:
        title = _("Dossiers dont le référent a quitté son poste")
        context = {"orphans": orphans}
        yield HomeBlock(title, "cases/home_orphans.html", context, order=12)


def _documents_to_read(user) -> Iterator[HomeBlock]:
    grants = list(
        ShareRecipient.objects.filter(user=user)
        .select_related("content_object", "share")
        .order_by("-pk")[:SHOWN]
    )
    read = readings.by_user(user, [grant.content_object for grant in grants])
    unread = [g for g in grants if g.content_object.uuid not in read]
    if unread:
        yield HomeBlock(
            _("Documents à lire"),
            "cases/home_documents.html",
            {"grants": unread},
            order=10,
        )


def _messages(user) -> Iterator[HomeBlock]:
    if threads := LiaisonMessage.objects.unread_by(user).threads()[:SHOWN]:
        title = _("Messages de liaison non lus")
        yield HomeBlock(title, "cases/home_messages.html", {"threads": threads}, 7)


def journal_links(user, *, objects: set[tuple]) -> Iterator[tuple[tuple, str]]:
    """Where the objects of the journal's lines are shown, to who may go there: the
    direction opens the page of a case, and nobody a document from there."""
    uuids = [uuid for kind, uuid in objects if kind == "dossier"]
    if not uuids or not user.is_manager:
        return
    seen = Case.objects.visible_to(user).filter(uuid__in=uuids)
    for uuid in seen.values_list("uuid", flat=True):
        yield ("dossier", uuid), reverse("cases:case", args=[uuid])


def register() -> None:
    registry.register("home_blocks", home_blocks)
    registry.register("journal_links", journal_links)
    registry.register("sealed", sealed)
