"""The rule is written twice, in Python and in SQL. A third writing, plain Python over
plain rows, decides: on random data all of them agree for every role."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import (
    Assignment,
    BrokenGlass,
    Case,
    Document,
    Incident,
    LiaisonMessage,
    Measure,
    Share,
    ShareRecipient,
)
from cases.models.liaison import readers_of
from partners.models import (
    Agreement,
    AgreementParty,
    Clearance,
    Membership,
    Organisation,
    Partnership,
)
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
from spip_portal.security.actor import actor
from spip_portal.security.dates import today
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import PostingFactory, SpipFactory, UserFactory
from tests.cases.factories import (
    AssignmentFactory,
    BrokenGlassFactory,
    CaseFactory,
    DocumentFactory,
    MeasureFactory,
    ShareFactory,
    incident_of,
    message_of,
    recipient_row,
)
from tests.conftest import as_owner
from tests.partners.factories import (
    AgreementFactory,
    MembershipFactory,
    PartnershipFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class World:
    """Two services, their agents and partners, cases and shares in every state. Most
    things are in order, so that each thing out of order decides something."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)
        self.spips = [SpipFactory() for _ in range(2)]
        self.agents = [self.agent() for _ in range(10)]
        self.memberships = [m for _ in range(5) for m in self.structure()]
        cpips = [u for u in self.agents if u.postings.filter(role=Role.CPIP).exists()]
        self.documents = [d for _ in range(10) for d in self.case(cpips)]
        for _ in range(40):
            self.share()
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
        share = ShareFactory(case=case, measure=self.pick.choice(measures))
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
        row = recipient_row(share, document, membership, agreement=agreement)
        message_of(membership, share, "x")
        incident_of(row)
        if self.rarely(0.05):
            StoredFile.objects.filter(pk=document.file_id).update(state="refused")


class Oracle:
    """Reads every row once, as the owner, and reasons on them in Python."""

    def __init__(self) -> None:
        self.now, self.today = timezone.now(), today()
        self.users = User.objects.in_bulk()
        self.postings = Posting.objects.in_bulk()
        self.cases = Case.objects.in_bulk()
        self.documents = Document.objects.in_bulk()
        self.assigned = {
            (a.case_id, a.user_id)
            for a in Assignment.objects.all()
            if a.ended_at is None
        }
        self.glass = {
            (g.case_id, g.user_id)
            for g in BrokenGlass.objects.all()
            if g.ends_at > self.now
        }
        self.rows = list(ShareRecipient.history.all())
        self.shares, self.measures = Share.objects.in_bulk(), Measure.objects.in_bulk()
        self.memberships = Membership.objects.in_bulk()
        self.clearances = {c.membership_id: c for c in Clearance.objects.all()}
        self.partnerships = Partnership.objects.in_bulk()
        self.state_services = {
            o.pk for o in Organisation.objects.select_related("kind") if o.kind.is_state
        }
        self.unanswered = {
            o.pk
            for o in Organisation.objects.all()
            if o.reviewed_at <= self.now - timedelta(days=274)
        }
        self.agreements = Agreement.objects.in_bulk()
        self.files = StoredFile.objects.in_bulk()
        self.messages = LiaisonMessage.objects.in_bulk()
        self.incidents = Incident.objects.in_bulk()

    def posting(self, user: User) -> Posting | None:
        posting = self.postings.get(user.active_posting_id)
        if posting is None or posting.confirmed_at is None:
            return None
        begun = posting.starts_on <= self.today
        over = posting.ends_on is not None and posting.ends_on < self.today
        return posting if begun and not over else None

    def is_shut_out(self, user: User) -> bool:
        closed = user.cases_closed_until
        return not user.is_active or (closed is not None and closed > self.now)

    def follows(self, user: User, case: Case) -> bool:
        posting = self.posting(user)
        if self.is_shut_out(user) or posting is None or posting.role != Role.CPIP:
            return False
        if case.spip_id != posting.spip_id:
            return False
        return case.referent_id == user.pk or (case.pk, user.pk) in self.assigned

    def manages(self, user: User, case: Case) -> bool:
        posting = self.posting(user)
        return (
            not self.is_shut_out(user)
            and posting is not None
            and posting.role == Role.MANAGER
            and posting.spip_id == case.spip_id
            and case.sensitivity != Sensitivity.RESTRICTED
        )

    def broke_glass(self, user: User, case: Case) -> bool:
        posting = self.posting(user)
        return (
            not self.is_shut_out(user)
            and posting is not None
            and posting.role in {Role.CPIP, Role.MANAGER}
            and posting.spip_id == case.spip_id
            and case.sensitivity != Sensitivity.RESTRICTED
            and (case.pk, user.pk) in self.glass
        )

    def reads(self, user: User, case: Case) -> bool:
        return self.follows(user, case) or self.broke_glass(user, case)

    def is_live(self, row: ShareRecipient) -> bool:
        share, clearance = self.shares[row.share_id], self.clearances[row.membership_id]
        partnership = self.partnerships[row.partnership_id]
        agreement = self.agreements[row.agreement_id]
        measure = self.measures[share.measure_id]
        file = self.files[self.documents[row.content_object_id].file_id]
        reasons_to_refuse = [
            share.revoked_at is not None,
            self.cases[row.case_id].sensitivity == Sensitivity.MINOR,
            share.starts_at > self.now,
            share.ends_at <= self.now,
            measure.ends_on is not None and measure.ends_on < self.today,
            self.memberships[row.membership_id].ended_at is not None,
            clearance.designated_at is None,
            clearance.suspended_at is not None,
            partnership.state != "validated",
            partnership.art46_confirmed_at is None,
            partnership.organisation_id in self.state_services,
            partnership.organisation_id in self.unanswered,
            partnership.art46_category in {"", "other"},
            agreement.signed_on is None,
            agreement.starts_on > self.today,
            agreement.ends_on < self.today,
            agreement.denounced_on is not None and agreement.denounced_on <= self.today,
            file.state != "available",
        ]
        return not any(reasons_to_refuse)

    def named_on(self, share: Share) -> set[int]:
        rows = (row for row in self.rows if row.share_id == share.pk)
        return {row.user_id for row in rows if self.is_live(row)}

    def has_part(self, user: User, share: Share) -> bool:
        if self.follows(user, self.cases[share.case_id]):
            return True
        is_partner = not self.is_shut_out(user) and self.posting(user) is None
        return is_partner and user.pk in self.named_on(share)

    def some_shares(self, user: User, seed: int) -> list[Share]:
        """A few that they have a part in, a few of all."""
        known = list(self.shares.values())
        theirs = [share for share in known if self.has_part(user, share)]
        return theirs[:2] + random.Random(seed).sample(known, 2)

    def readers_of(self, share: Share) -> set[int]:
        """Those who can act as a CPIP count, whatever they act as now."""
        case = self.cases[share.case_id]
        following = {case.referent_id} | {
            user for case_id, user in self.assigned if case_id == case.pk
        }
        cpips = {
            posting.user_id
            for posting in self.postings.values()
            if posting.role == Role.CPIP
            and posting.spip_id == case.spip_id
            and posting.confirmed_at is not None
            and posting.starts_on <= self.today
            and (posting.ends_on is None or posting.ends_on >= self.today)
        }
        people = (following & cpips) | self.named_on(share)
        return {pk for pk in people if self.users[pk].is_active}

    def cases_of(self, user: User) -> set[int]:
        return {
            pk
            for pk, case in self.cases.items()
            if self.reads(user, case) or self.manages(user, case)
        }

    def documents_of(self, user: User) -> set[int]:
        followed = {
            pk
            for pk, document in self.documents.items()
            if self.reads(user, self.cases[document.case_id])
        }
        if self.is_shut_out(user) or self.posting(user) is not None:
            return followed
        mine = (row for row in self.rows if row.user_id == user.pk)
        return followed | {row.content_object_id for row in mine if self.is_live(row)}


# Worlds in which partners see much; a State service, an unanswered review decide.
@pytest.mark.parametrize("seed", [1, 3, 4, 6])
def test_queryset_guardian_and_row_level_security_agree_with_the_oracle(seed):
    """SECURITY 5: 0 differences over all roles."""
    with as_owner():
        World(seed)
        oracle = Oracle()
    seen_by_someone = seen_by_partners = seen_through_glass = 0
    for user in oracle.users.values():
        documents, cases = oracle.documents_of(user), oracle.cases_of(user)
        asked = {
            *list(documents)[:3],
            *random.Random(seed).sample(sorted(oracle.documents), 4),
        }
        shared_cases = {oracle.documents[pk].case_id for pk in documents}
        with actor(user):
            assert set(Document.objects.values_list("pk", flat=True)) == documents
            assert (
                set(Case.objects.values_list("pk", flat=True)) == cases | shared_cases
            )
        with as_owner():
            visible = Document.objects.visible_to(user)
            assert set(visible.values_list("pk", flat=True)) == documents
            assert (
                set(Case.objects.visible_to(user).values_list("pk", flat=True)) == cases
            )
            for pk in asked:  # one query each: a part of them is enough
                answer = user.has_perm("cases.read_document", oracle.documents[pk])
                assert answer == (pk in documents)
        seen_through_glass += sum(
            oracle.broke_glass(user, oracle.cases[oracle.documents[pk].case_id])
            for pk in documents
        )
        seen_by_someone += len(documents)
        seen_by_partners += len(documents) if user.active_posting_id is None else 0
    # Two empty sets would agree too: the world must have given something to see.
    assert seen_by_partners > 3
    assert seen_through_glass > 1
    assert seen_by_someone > seen_by_partners + 3


@pytest.mark.parametrize("seed", [1, 4])
def test_messages_and_their_readers_agree_with_the_oracle(seed):
    with as_owner():
        World(seed)
        oracle = Oracle()
    parts = {True: 0, False: 0}  # by whether they are agents
    for user in oracle.users.values():
        theirs = {
            pk
            for pk, message in oracle.messages.items()
            if oracle.has_part(user, oracle.shares[message.share_id])
        }
        with actor(user):
            assert set(LiaisonMessage.objects.values_list("pk", flat=True)) == theirs
            for share in oracle.some_shares(user, seed):
                told = {reader.user.pk for reader in readers_of(share)}
                has_part = oracle.has_part(user, share)
                assert told == (oracle.readers_of(share) if has_part else set())
                parts[user.is_agent] += has_part
        with as_owner():
            visible = LiaisonMessage.objects.visible_to(user)
            assert set(visible.values_list("pk", flat=True)) == theirs
    assert min(parts.values()) > 1


@pytest.mark.parametrize("seed", [1, 4])
def test_incidents_agree_with_the_oracle(seed):
    """Their author keeps them when the share is over."""
    with as_owner():
        World(seed)
        oracle = Oracle()
    seen = {"follows": 0, "manages": 0, "reported": 0}
    for user in oracle.users.values():
        is_partner = not oracle.is_shut_out(user) and oracle.posting(user) is None
        theirs = set()
        for pk, incident in oracle.incidents.items():
            case = oracle.cases[incident.case_id]
            reasons = {
                "follows": oracle.follows(user, case),
                "manages": oracle.manages(user, case),
                "reported": is_partner and incident.reported_by_id == user.pk,
            }
            for reason, holds in reasons.items():
                seen[reason] += holds
            if any(reasons.values()):
                theirs.add(pk)
        with actor(user):
            assert set(Incident.objects.values_list("pk", flat=True)) == theirs
        with as_owner():
            visible = Incident.objects.visible_to(user)
            assert set(visible.values_list("pk", flat=True)) == theirs
    assert min(seen.values()) > 1
