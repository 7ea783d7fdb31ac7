"""Two services drawn by lot, for what must hold whatever the rows are."""

import random
from datetime import timedelta

from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import (
    Acknowledgement,
    Case,
    Document,
    Opening,
    Share,
    ShareRecipient,
    Transfer,
)
from partners.models import (
    Agreement,
    AgreementParty,
    Clearance,
    Membership,
    Partnership,
)
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
from spip_portal.security.dates import today
from tests.accounts.factories import PostingFactory, SpipFactory, UserFactory
from tests.cases.factories import (
    AccessRequestFactory,
    AssignmentFactory,
    BrokenGlassFactory,
    CaseFactory,
    DocumentFactory,
    MeasureFactory,
    PersonFactory,
    ShareFactory,
    care_report,
    incident_of,
    message_of,
    recipient_row,
)
from tests.partners.factories import (
    AgreementFactory,
    MembershipFactory,
    PartnershipFactory,
)

DAY = timedelta(days=1)


class World:
    """Two services, their agents and partners, cases and shares in every state. Most
    things are in order, so that each thing out of order decides something."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)
        self.lot = random.Random(seed)  # what was added later leaves the rest as it was
        self.signer = UserFactory()
        self.spips = [SpipFactory() for _ in range(2)]
        self.agents = [self.agent() for _ in range(10)]
        self.memberships = [m for _ in range(5) for m in self.structure()]
        cpips = [u for u in self.agents if u.postings.filter(role=Role.CPIP).exists()]
        self.documents = [d for _ in range(10) for d in self.case(cpips)]
        for _ in range(40):
            self.share()
        self.departures()
        self.papers()
        self.outsiders = [
            UserFactory(is_superuser=True, is_staff=True),
            UserFactory(),
        ]

    def rarely(self, chance: float = 0.07) -> bool:
        return self.pick.random() < chance

    def agent(self) -> User:
        user = UserFactory(
            is_active=not self.rarely(),
            cases_closed_until=timezone.now() + DAY if self.rarely() else None,
        )
        posting = PostingFactory(
            user=user,
            spip=self.pick.choice(self.spips),
            role=self.pick.choice([Role.CPIP, Role.CPIP, Role.CPIP, *Role]),
            starts_on=today() + DAY if self.rarely() else today() - 9 * DAY,
            ends_on=today() + DAY if self.rarely() else None,
            confirmed_at=None if self.rarely() else timezone.now(),
        )
        if self.rarely():
            Posting.objects.filter(pk=posting.pk).update(ends_on=today() - DAY)
        if not self.rarely():
            User.objects.filter(pk=user.pk).update(active_posting=posting)
        return user

    def structure(self) -> list[Membership]:
        partnership = PartnershipFactory(
            spip=self.pick.choice(self.spips),
            confirmed=True,
            organisation__state_service=self.rarely(0.15),
            organisation__reviewed_at=timezone.now()
            - timedelta(days=275 if self.rarely(0.1) else 200),
        )
        odd = {}
        if self.rarely():
            odd["state"] = Partnership.State.SUSPENDED
        if self.rarely():
            odd["art46_category"] = "other"
        if self.rarely():
            odd |= {"art46_confirmed_at": None, "art46_confirmed_by": None}
        Partnership.objects.filter(pk=partnership.pk).update(**odd or {"reason": ""})
        for _ in range(2):
            self.agreement(partnership)
        return [self.member(partnership.organisation) for _ in range(4)]

    def agreement(self, partnership: Partnership) -> None:
        odd = self.pick.choice(
            [{}] * 18
            + [
                {"signed_on": None},
                {"starts_on": today() + DAY},
                {"ends_on": today() - DAY},
                {"ends_on": today()},
                {"denounced_on": today()},
                {"denounced_on": today() + DAY},
            ]
        )
        agreement = AgreementFactory(spip=partnership.spip, **odd)
        AgreementParty.objects.create(
            agreement=agreement, organisation=partnership.organisation
        )

    def member(self, organisation) -> Membership:
        user = UserFactory(is_active=not self.rarely())
        membership = MembershipFactory(
            user=user, organisation=organisation, cleared=True
        )
        if self.rarely():
            Membership.objects.filter(pk=membership.pk).update(ended_at=timezone.now())
        odd = {}
        if self.rarely():
            odd["designated_at"] = None
        if self.rarely():
            odd["suspended_at"] = timezone.now()
        Clearance.objects.filter(membership=membership).update(**odd or {"charter": 1})
        if self.rarely():
            posting = PostingFactory(user=user, role=self.pick.choice(list(Role)))
            User.objects.filter(pk=user.pk).update(active_posting=posting)
        return membership

    def case(self, cpips: list[User]) -> list[Document]:
        referent = self.pick.choice(cpips)
        spip = referent.postings.get().spip
        case = CaseFactory(
            referent=referent,
            spip=self.pick.choice(self.spips) if self.rarely() else spip,
            sensitivity=self.pick.choice([*Sensitivity, Sensitivity.NORMAL]),
        )
        MeasureFactory(case=case, ends_on=self.pick.choice([None, None, today()]))
        if self.rarely(0.3):
            MeasureFactory(case=case, over=True)
        if self.rarely(0.5):
            ended = timezone.now() if self.rarely(0.3) else None
            AssignmentFactory(case=case, user=self.pick.choice(cpips), ended_at=ended)
        near = [u for u in self.agents if u.postings.get().spip_id == case.spip_id]
        for among in (near or self.agents, self.agents):
            self.glass(case, self.pick.choice(among))
        return [DocumentFactory(case=case) for _ in range(2)]

    def glass(self, case: Case, user: User) -> None:
        past = timedelta(hours=-1 if self.rarely(0.2) else 1)
        BrokenGlassFactory(
            case=case,
            user=user,
            starts_at=timezone.now() - timedelta(hours=2),
            ends_at=timezone.now() + past,
        )

    def share(self) -> None:
        document = self.pick.choice(self.documents)
        case = document.case
        measures = list(case.measures.order_by("pk"))
        partners = [
            m
            for m in self.memberships
            if m.organisation.partnerships.filter(spip=case.spip).exists()
        ]
        if not partners:
            return
        share = ShareFactory(
            case=case, measure=self.pick.choice(measures), **self.countersigning()
        )
        if self.rarely():
            revoked = {"revoked_at": timezone.now(), "revoked_by": case.referent}
            Share.objects.filter(pk=share.pk).update(**revoked)
        if self.rarely():
            past = {"starts_at": timezone.now() - DAY, "ends_at": timezone.now()}
            Share.objects.filter(pk=share.pk).update(**past)
        membership = self.pick.choice(partners)
        agreement = self.pick.choice(
            list(
                Agreement.objects.filter(parties__organisation=membership.organisation)
            )
        )
        recipient_row(share, document, membership, agreement=agreement)

    def departures(self) -> None:
        """Of structures from conventions under which something was shared."""
        for party in AgreementParty.objects.order_by("pk"):
            if self.lot.random() < 0.1:
                party.delete()

    def papers(self) -> None:
        """What hangs on cases and shares."""
        for case in Case.objects.filter(spip__in=self.spips):
            PersonFactory(case=case)
            heirs = {"previous": case.referent, "referent": case.referent}
            Transfer.objects.create(case=case, decided_by=case.referent, **heirs)
        rows = ShareRecipient.history.filter(case__spip__in=self.spips)
        for row in rows.select_related("share", "membership", "content_object"):
            care_report(row.membership, row.share, "Fictif")
            message_of(row.membership, row.share, "Fictif")
            incident_of(row)
            papers = {"case_id": row.case_id, "document_id": row.content_object_id}
            Acknowledgement.objects.create(share=row.share, user=row.user, **papers)
            AccessRequestFactory(
                membership=row.membership, reference=row.content_object.uuid
            )
            Opening.objects.create(user=row.user, document_id=row.content_object_id)

    def countersigning(self) -> dict:
        """Some wait for the direction, some had its signature."""
        if self.lot.random() > 0.15:
            return {}
        signed = {"countersigned_at": timezone.now(), "countersigned_by": self.signer}
        return {"needs_countersignature": True} | self.lot.choice([{}, {}, signed])
