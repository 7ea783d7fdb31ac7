"""Cases and what hangs on them. They are written as the owner of the tables; what the
tests read, they read under row-level security, inside `actor(user)`."""

from datetime import date, timedelta

import factory
from django.contrib.auth.models import Permission
from django.utils import timezone
from factory.django import DjangoModelFactory

from cases.enums import DocumentKind, InformedHow, MeasureKind, Milieu, OrderedBy
from cases.identity import Identity
from cases.models import (
    AccessRequest,
    Assignment,
    BrokenGlass,
    CareReport,
    Case,
    Document,
    Incident,
    LegalBasis,
    LiaisonMessage,
    Measure,
    Person,
    Share,
    ShareRecipient,
)
from partners.models import Agreement, Membership
from spip_portal.accounts.enums import Role
from spip_portal.security.dates import today
from tests.accounts.factories import agent
from tests.conftest import as_owner
from tests.partners.factories import MembershipFactory, PartnershipFactory
from tests.vault.factories import stored_file

YEAR = timedelta(days=365)


class OwnerFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with as_owner():
            return super()._create(model_class, *args, **kwargs)


class CaseFactory(OwnerFactory):
    """In the open. `inside=True`: in prison, out in a year."""

    class Meta:
        model = Case

    referent = factory.LazyFunction(lambda: agent(Role.CPIP))
    spip = factory.LazyAttribute(lambda case: case.referent.spip)
    reference = factory.Sequence(lambda n: f"2026-{n:05}")

    class Params:
        inside = factory.Trait(
            milieu=Milieu.CLOSED,
            prison="Centre pénitentiaire fictif",
            release_on=factory.LazyFunction(lambda: today() + YEAR),
        )


class AssignmentFactory(OwnerFactory):
    class Meta:
        model = Assignment

    case = factory.SubFactory(CaseFactory)
    added_by = factory.LazyAttribute(lambda assignment: assignment.case.referent)


class BrokenGlassFactory(OwnerFactory):
    """For an hour from now."""

    class Meta:
        model = BrokenGlass

    case = factory.SubFactory(CaseFactory)
    motive = "Astreinte : la personne est au greffe"
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))


class MeasureFactory(OwnerFactory):
    """Running, its end not known. `over=True`: ended yesterday."""

    class Meta:
        model = Measure

    case = factory.SubFactory(CaseFactory)
    kind = MeasureKind.PLACEMENT
    ordered_by = OrderedBy.JAP
    court = "Tribunal judiciaire fictif"
    starts_on = factory.LazyFunction(lambda: today() - timedelta(days=60))

    class Params:
        over = factory.Trait(
            ends_on=factory.LazyFunction(lambda: today() - timedelta(days=1))
        )


class PersonFactory(OwnerFactory):
    class Meta:
        model = Person

    case = factory.SubFactory(CaseFactory)
    last_name = "Marchal"
    first_name = "Kevin"
    born_on = date(1991, 3, 14)
    written_by = factory.LazyAttribute(lambda person: person.case.referent)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        names = ("last_name", "first_name", "born_on")
        who, case = Identity(*(kwargs.pop(name) for name in names)), kwargs["case"]
        kwargs["sealed"] = who.seal(case.uuid.bytes)
        kwargs["digest"] = who.digest(case.spip_id)
        return super()._create(model_class, *args, **kwargs)


class DocumentFactory(OwnerFactory):
    class Meta:
        model = Document

    case = factory.SubFactory(CaseFactory)
    kind = DocumentKind.JUDGMENT
    dated_on = factory.LazyFunction(today)
    court = "Tribunal judiciaire fictif"
    file = factory.LazyFunction(stored_file)
    added_by = factory.LazyAttribute(lambda document: document.case.referent)


class LegalBasisFactory(DjangoModelFactory):
    class Meta:
        model = LegalBasis

    label = "Mandat confié au service (fictif)"


class ShareFactory(OwnerFactory):
    class Meta:
        model = Share

    case = factory.SubFactory(CaseFactory)
    measure = factory.SubFactory(MeasureFactory, case=factory.SelfAttribute("..case"))
    purpose = "Organiser l’accueil"
    legal_basis = factory.LazyAttribute(
        lambda share: LegalBasisFactory(spip=share.case.spip)
    )
    informed_on = factory.LazyFunction(today)
    informed_how = InformedHow.ORAL
    created_by = factory.LazyAttribute(lambda share: share.case.referent)
    ends_at = factory.LazyFunction(lambda: timezone.now() + YEAR)


class AccessRequestFactory(OwnerFactory):
    class Meta:
        model = AccessRequest

    membership = factory.SubFactory(MembershipFactory)
    asked_by = factory.LazyAttribute(lambda asked: asked.membership.user)
    reason = "Préparer l’accueil"


def care_report(membership: Membership, share: Share, text: str) -> CareReport:
    report = CareReport(
        case=share.case,
        share=share,
        spip=share.case.spip,
        membership=membership,
        written_by=membership.user,
        starts_on=today(),
        ends_on=today(),
        outcome=CareReport.Outcome.COMPLETED,
    )
    report.text = text
    with as_owner():
        report.save()
    return report


def incident_of(
    row: ShareRecipient, facts: str = "Les faits", *, answer: str = "", **fields
) -> Incident:
    """Reported by whom that row names, an hour after it happened; answered at once by
    the referent when there is an `answer`."""
    now = timezone.now()
    values = {
        "case": row.case,
        "share": row.share,
        "spip": row.case.spip,
        "membership": row.membership,
        "reported_by": row.user,
        "kind": Incident.Kind.ABSENCE,
        "happened_at": now - timedelta(hours=1),
        "urgency": Incident.Urgency.NORMAL,
        "answer_due_at": Incident.due_for(Incident.Urgency.NORMAL, now),
    }
    incident = Incident(**values | fields)
    incident.facts = facts
    if answer:
        incident.received_at = incident.answered_at = now
        incident.received_by = incident.answered_by = row.case.referent
        incident.answer = answer
    with as_owner():
        incident.save()
    return incident


def message_of(membership: Membership, share: Share, text: str) -> LiaisonMessage:
    """From a structure, under that share."""
    message = LiaisonMessage(
        case=share.case,
        share=share,
        membership=membership,
        written_by=membership.user,
    )
    message.text = text
    with as_owner():
        message.save()
    return message


def professional(spip, **membership) -> Membership:
    """A cleared professional of a structure entitled to named data of `spip`."""
    partnership = PartnershipFactory(spip=spip, entitled=True)
    return MembershipFactory(
        organisation=partnership.organisation, cleared=True, **membership
    )


def recipient_row(
    share: Share, document: Document, membership: Membership, /, **fields
) -> ShareRecipient:
    """The row that names one professional on one document."""
    organisation = membership.organisation
    partnership = organisation.partnerships.get(spip=share.case.spip)
    agreement = Agreement.objects.filter(
        spip=share.case.spip, parties__organisation=organisation
    ).first()
    permission = Permission.objects.get(codename=Document.READ)
    values = {
        "share": share,
        "case": share.case,
        "content_object": document,
        "permission": permission,
        "user": membership.user,
        "membership": membership,
        "partnership": partnership,
        "agreement": agreement,
    }
    with as_owner():
        return ShareRecipient.history.create(**{**values, **fields})


def shared(membership: Membership | None = None, **share) -> ShareRecipient:
    """A judgment shared with one cleared professional, live."""
    document = DocumentFactory()
    membership = membership or professional(document.case.spip)
    return recipient_row(
        ShareFactory(case=document.case, **share), document, membership
    )
