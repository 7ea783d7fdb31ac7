"""The world that the matrix walks through: services A and B with one of everything
each, and a secret planted in every private field of both.

Built once a module, in a database of its own. `World.objects` names what an address
can hold; `access.py` says who may see which, and who may read which secret."""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from cases.enums import Sensitivity
from meetings.links import token_of
from partners.enums import Art46Category, Audience
from partners.links import invitation_token, join_request_token, registration_token
from partners.models import Agreement, AgreementParty, Partnership
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import FactorReset, Spip, User
from spip_portal.accounts.services import deactivate_account
from spip_portal.outbox.content import Attachment
from spip_portal.pages.services import renew_feed
from spip_portal.security.actor import SystemActor, actor
from tests.accounts.factories import (
    AntenneFactory,
    Browser,
    PostingFactory,
    SpipFactory,
    UserFactory,
    agent,
    client_of,
)
from tests.cases.factories import (
    AssignmentFactory,
    CaseFactory,
    DocumentFactory,
    LegalBasisFactory,
    MeasureFactory,
    ShareFactory,
    recipient_row,
)
from tests.demo.factories import received_mail
from tests.meetings.factories import InvitationFactory as InviteeFactory
from tests.meetings.factories import MeetingFactory
from tests.newsletters.factories import (
    IssueFactory,
    NewsletterFactory,
    SubscriberFactory,
)
from tests.partners.factories import (
    ActionRequestFactory,
    ActionSessionFactory,
    AgreementAnnexFactory,
    AgreementFactory,
    ChargeFactory,
    CollectiveActionFactory,
    DutyFactory,
    ForumFactory,
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    MissionFactory,
    MissionImageFactory,
    OrganisationFactory,
    PartnershipFactory,
    ProofFactory,
    RegistrationFactory,
    SiteFactory,
    TermFactory,
)
from tests.security.cast import Persona
from tests.vault.factories import PDF, stored_file

P = Persona


@dataclass
class World:
    users: dict[Persona, User | None]
    browsers: dict[Persona, Browser]  # those that were opened before today
    objects: dict[str, dict[str, Any]]  # "a" or "b", then the name of the object

    def browser(self, persona: Persona) -> Browser:
        """Where they are signed in, second factor proven. A fault is an answer."""
        browser = self.browsers.get(persona) or client_of(self.users[persona])
        browser.raise_request_exception = False
        return browser


def secret(name: str, letter: str) -> str:
    """What is planted in the private field `name` of one service."""
    return f"CANARI-{name}-{letter}".upper()


def build() -> World:
    with actor(SystemActor.DEMO):
        third = SpipFactory(name="SPIP tiers")
        sides = {letter: _side(letter, third) for letter in "ab"}
    a, b = sides["a"].people, sides["b"].people
    former = MembershipFactory(organisation=sides["a"].house, cleared=True).user
    users = {
        P.VISITOR: None,
        P.DEACTIVATED: former,
        P.APPLICANT: a.applicant.user,
        P.MEMBER: a.member.user,
        P.REFERENT: a.referent.user,
        P.RECIPIENT: a.recipient.user,
        P.OUTSIDER: a.outsider.user,
        P.STATE_AGENT: _state_agent(sides["a"].spip),
        P.CPIP: a.cpip,
        P.CPIP2: a.cpip2,
        P.COORDINATOR: a.coordinator,
        P.MANAGER: a.manager,
        P.AUDITOR: agent(Role.AUDITOR, sides["a"].spip),
        P.SUPERUSER: UserFactory(is_staff=True, is_superuser=True, totp=True),
        P.PARTNER_B: b.referent.user,
        P.CPIP_B: b.cpip,
        P.COORDINATOR_B: b.coordinator,
        P.MANAGER_B: b.manager,
    }
    browsers = {P.DEACTIVATED: client_of(former)}
    deactivate_account(user=former)
    objects = {letter: side.objects for letter, side in sides.items()}
    return World(users, browsers, objects)


def _side(letter: str, third: Spip) -> SimpleNamespace:
    side = SimpleNamespace(letter=letter, objects={})
    side.secret = lambda name: secret(name, letter)
    side.spip = SpipFactory(name=f"SPIP {letter}", slug=f"spip-{letter}")
    side.people = _people(side)
    _structures(side, third)
    _published(side)
    _cases(side)
    _letter(side)
    _meetings(side)
    _accounts(side)
    side.objects["mail"] = _demo_mail(side)
    return side


def _people(side: SimpleNamespace) -> SimpleNamespace:
    def named(who: str) -> dict[str, str]:
        address = f"{side.secret(who + '-mail')}@spip.example".lower()
        return {"last_name": side.secret(who), "email": address}

    return SimpleNamespace(
        cpip=agent(Role.CPIP, side.spip, **named("cpip")),
        cpip2=agent(Role.CPIP, side.spip, **named("cpip2")),
        coordinator=agent(Role.COORDINATOR, side.spip, **named("coordinator")),
        manager=agent(Role.MANAGER, side.spip, **named("manager")),
    )


def _member(side: SimpleNamespace, name: str, organisation, **fields):
    person = {
        "user__last_name": side.secret(name),
        "user__email": f"{side.secret(name + '-mail')}@asso.example".lower(),
    }
    membership = MembershipFactory(organisation=organisation, **person | fields)
    setattr(side.people, name, membership)
    return membership


# -- The network --------------------------------------------------------------------


def _structures(side: SimpleNamespace, third: Spip) -> None:
    people, objects, spip = side.people, side.objects, side.spip
    decided = {"decided_by": people.coordinator, "reason": side.secret("reason")}
    house = PartnershipFactory(spip=spip, entitled=True, **decided)
    side.house = house.organisation
    side.agreement = Agreement.objects.get(parties__organisation=side.house)
    member = _member(side, "member", side.house, cleared=True)
    _member(side, "referent", side.house, referent=True, cleared=True)
    _member(side, "recipient", side.house, cleared=True)
    other = PartnershipFactory(spip=spip, entitled=True).organisation
    _member(side, "outsider", other, referent=True, cleared=True)
    requested = PartnershipFactory(spip=spip, **_named(side, "requested"))
    _member(side, "applicant", requested.organisation, referent=True, user__totp=True)
    draft = PartnershipFactory(spip=spip, draft=True, **_named(side, "unproven"))
    proposed = PartnershipFactory(
        spip=spip,
        validated=True,
        art46_category=Art46Category.REINTEGRATION,
        art46_proposed_by=people.coordinator,
        art46_proposed_at=timezone.now(),
    )
    refused = PartnershipFactory(
        organisation=side.house, spip=third, state=Partnership.State.REFUSED
    )
    public = _partner(spip, Audience.PUBLIC)
    hidden = _partner(spip, Audience.PARTIES, **_named(side, "hidden"))
    invited = {"email": f"{side.secret('invited')}@asso.example".lower()}
    invitation = InvitationFactory(organisation=side.house, **invited)
    objects |= {
        "organisation": side.house.uuid,
        "public_organisation": public.uuid,
        "hidden_organisation": hidden.uuid,
        "requested_organisation": requested.organisation.uuid,
        "unproven_organisation": draft.organisation.uuid,
        "partnership": house.uuid,
        "requested_partnership": requested.uuid,
        "unproven_partnership": draft.uuid,
        "proposed_partnership": proposed.uuid,
        "refused_partnership": refused.uuid,
        "membership": member.uuid,
        "referent_membership": people.referent.uuid,
        "invitation": invitation.uuid,
        "invitation_link": invitation_token(invitation),
        "public_siret": public.siret,
        "hidden_siret": hidden.siret,
    }
    _joining(side, unkept=proposed.organisation)


def _joining(side: SimpleNamespace, unkept) -> None:
    """A registration under way, requests to join, what a structure showed."""

    def asking(organisation, name: str, **fields):
        email = f"{side.secret(name)}@asso.example".lower()
        return JoinRequestFactory(organisation=organisation, email=email, **fields)

    draft = RegistrationFactory(typed={"name": [side.secret("draft")]})
    unconfirmed = asking(side.house, "joining", unconfirmed=True)
    proof = stored_file(PDF + side.secret("proof").encode())
    hidden = stored_file(state="quarantined")
    side.objects |= {
        "draft_link": registration_token(draft),
        "join_link": join_request_token(unconfirmed),
        "join_request": asking(side.house, "asking").uuid,
        "unkept_join_request": asking(unkept, "asking-unkept").uuid,
        "site": SiteFactory(organisation=side.house, access=side.secret("site")).uuid,
        "proof": ProofFactory(organisation=side.house, file=proof).uuid,
        "quarantined_proof": ProofFactory(organisation=side.house, file=hidden).uuid,
    }


def _named(side: SimpleNamespace, name: str) -> dict[str, str]:
    return {"organisation__name": side.secret(name)}


def _partner(spip: Spip, audience: Audience, **fields):
    partnership = PartnershipFactory(
        spip=spip, validated=True, organisation__audience=audience, **fields
    )
    return partnership.organisation


def _state_agent(spip: Spip) -> User:
    """Everything a professional needs to receive a document, in a town hall."""
    hall = OrganisationFactory(state_service=True)
    PartnershipFactory(spip=spip, entitled=True, organisation=hall)
    return MembershipFactory(organisation=hall, cleared=True).user


def _published(side: SimpleNamespace) -> None:
    spip, house, secret_ = side.spip, side.house, side.secret
    mission = {"spip": spip, "slug": f"mission-{side.letter}"}
    draft = {"slug": f"brouillon-{side.letter}", "title": secret_("mission-draft")}
    missions = {
        "mission": MissionFactory(**mission),
        "draft_mission": MissionFactory(draft=True, **mission | draft),
    }
    images = _written(side, missions)
    _contacts(side, missions)
    actions = {
        "public_action": CollectiveActionFactory(spip=spip, audience=Audience.PUBLIC),
        "network_action": CollectiveActionFactory(
            spip=spip, title=secret_("action-network"), session=True
        ),
        "parties_action": CollectiveActionFactory(
            spip=spip, title=secret_("action-parties"), audience=Audience.PARTIES
        ),
        "draft_action": CollectiveActionFactory(
            spip=spip, title=secret_("action-draft"), audience="public", draft=True
        ),
    }
    actions["parties_action"].contributors.add(house)
    side.objects["past_session"] = ActionSessionFactory(
        action=actions["parties_action"], starts_at=timezone.now() - timedelta(days=1)
    ).uuid
    side.objects["session"] = actions["network_action"].sessions.get().uuid
    side.objects["place_request"] = ActionRequestFactory(
        action=actions["network_action"],
        organisation=house,
        requested_by=side.people.referent.user,
        reference=secret_("place-reference")[:30],
    ).uuid
    _forums(side)
    agreements = {
        "public_agreement": AgreementFactory(spip=spip, audience=Audience.PUBLIC),
        "network_agreement": AgreementFactory(
            spip=spip, title=secret_("agreement-network")
        ),
        "parties_agreement": AgreementFactory(
            spip=spip, title=secret_("agreement-parties"), audience=Audience.PARTIES
        ),
    }
    for agreement in agreements.values():
        AgreementParty.objects.create(agreement=agreement, organisation=house)
    public = agreements["public_agreement"]
    annexes = {
        "public_annex": AgreementAnnexFactory(agreement=public, public=True),
        "parties_annex": AgreementAnnexFactory(
            agreement=public,
            title=secret_("annex-title"),
            file=stored_file(PDF + secret_("annex").encode()),
        ),
        "quarantined_annex": AgreementAnnexFactory(
            agreement=public,
            public=True,
            title=secret_("annex-quarantined"),
            file=stored_file(state="quarantined"),
        ),
    }
    side.objects |= {name: row.uuid for name, row in (annexes | images).items()}
    side.objects |= {name: row.slug for name, row in missions.items()}
    side.objects |= {name: row.uuid for name, row in (actions | agreements).items()}


def _written(side: SimpleNamespace, missions: dict) -> dict:
    """Images, and a second version, of which only the coordination knows."""
    mission, draft = missions["mission"], missions["draft_mission"]
    mission.versions.create(
        number=2, title=side.secret("mission-version"), summary="…", body="<p>…</p>"
    )
    mission.version = 3
    mission.save(update_fields=["version"])
    mission.versions.create(number=3, title=mission.title, summary="…", body="…")
    private = {"alternative": side.secret("mission-image")}
    return {
        "mission_image": MissionImageFactory(mission=mission),
        "draft_mission_image": MissionImageFactory(mission=draft, **private),
        "quarantined_mission_image": MissionImageFactory(
            mission=mission, quarantined=True, **private
        ),
    }


def _contacts(side: SimpleNamespace, missions: dict) -> None:
    """A charge held by somebody, one whose holder has left, a word, a role."""
    spip, secret_ = side.spip, side.secret
    holder = agent(Role.AUDITOR, spip, last_name=secret_("charge-agent"))
    line = {"email": f"{secret_('charge-line')}@spip.example".lower()}
    charge = ChargeFactory(spip=spip, posting=holder.active_posting, **line)
    left = timezone.localdate() - timedelta(days=1)
    gone = PostingFactory(user=UserFactory(), spip=spip, starts_on=left, ends_on=left)
    ended = ChargeFactory(spip=spip, posting=gone, function=secret_("charge-ended"))
    missions["mission"].contact = charge
    missions["mission"].save(update_fields=["contact"])
    missions["draft_mission"].contact = ended
    missions["draft_mission"].save(update_fields=["contact"])
    side.objects |= {
        "charge": charge.uuid,
        "ended_charge": ended.uuid,
        "antenne": AntenneFactory(spip=spip).uuid,
        "term": TermFactory(mission=missions["draft_mission"]).slug,
        "duty": DutyFactory(mission=missions["draft_mission"]).uuid,
    }


def _forums(side: SimpleNamespace) -> None:
    spip, secret_ = side.spip, side.secret
    forums = {
        "public_forum": ForumFactory(
            spip=spip, audience=Audience.PUBLIC, material=secret_("forum-material")
        ),
        "network_forum": ForumFactory(spip=spip, title=secret_("forum-network")),
        "parties_forum": ForumFactory(
            spip=spip, title=secret_("forum-parties"), audience=Audience.PARTIES
        ),
    }
    going = agent(Role.AUDITOR, spip, last_name=secret_("forum-agent"))
    for forum in forums.values():
        forum.agents.add(going)
    for name in ("public_forum", "parties_forum"):
        forums[name].organisations.add(side.house)
    side.objects |= {name: row.uuid for name, row in forums.items()}


# -- Cases --------------------------------------------------------------------------


def _cases(side: SimpleNamespace) -> None:
    cpip, cpip2 = side.people.cpip, side.people.cpip2
    case = CaseFactory(referent=cpip, reference=side.secret("case"))
    restricted = CaseFactory(
        referent=cpip,
        reference=side.secret("restricted"),
        sensitivity=Sensitivity.RESTRICTED,
    )
    colleague = CaseFactory(referent=cpip2, reference=side.secret("colleague"))
    joint = CaseFactory(referent=cpip, reference=side.secret("joint"))
    AssignmentFactory(case=joint, user=cpip2)
    measure = MeasureFactory(case=case, court=side.secret("court"))
    for other in (restricted, colleague, joint):
        MeasureFactory(case=other)
    author = {"court": side.secret("author")}
    document = DocumentFactory(case=case, **author)
    ended = DocumentFactory(case=case, court=side.secret("ended-author"))
    basis = LegalBasisFactory(spip=side.spip, label=side.secret("basis"))
    share = ShareFactory(
        case=case,
        measure=measure,
        legal_basis=basis,
        purpose=side.secret("purpose"),
        ends_at=timezone.now() + timedelta(days=10),
    )
    revoked = ShareFactory(
        case=case,
        measure=measure,
        purpose=side.secret("ended-purpose"),
        legal_basis=basis,
        revoked_at=timezone.now(),
        revoked_by=cpip,
        revocation_reason=side.secret("ended-reason"),
    )
    named = side.people.referent if side.letter == "b" else side.people.recipient
    recipient_row(share, document, named)
    recipient_row(revoked, ended, named)
    side.objects |= {
        "case": case.uuid,
        "restricted_case": restricted.uuid,
        "colleague_case": colleague.uuid,
        "joint_case": joint.uuid,
        "document": document.uuid,
        "ended_document": ended.uuid,
        "quarantined_document": DocumentFactory(
            case=case, file=stored_file(state="quarantined")
        ).uuid,
        "restricted_document": DocumentFactory(case=restricted).uuid,
        "share": share.uuid,
        "revoked_share": revoked.uuid,
        "basis": basis.uuid,
    }


# -- The letter, the meetings, the accounts -----------------------------------------


def _letter(side: SimpleNamespace) -> None:
    letter = NewsletterFactory(spip=side.spip)
    reader = {"email": f"{side.secret('subscriber')}@asso.example".lower()}
    subscriber = SubscriberFactory(newsletter=letter, **reader)
    asked = SubscriberFactory(newsletter=letter, unconfirmed=True)
    by = {"newsletter": letter, "created_by": side.people.coordinator}
    draft = IssueFactory(
        **by, title=side.secret("issue"), introduction=side.secret("introduction")
    )
    sent = IssueFactory(**by, sent=True)
    side.objects |= {
        "letter": letter.slug,
        "draft_issue": draft.uuid,
        "sent_issue": sent.uuid,
        "issue": sent.slug,
        "unsubscription": subscriber.uuid,
        "confirmation": asked.confirmation_token,
    }


def _meetings(side: SimpleNamespace) -> None:
    by = {"spip": side.spip, "created_by": side.people.coordinator}
    draft = MeetingFactory(**by, title=side.secret("meeting-draft"))
    meeting = MeetingFactory(**by, title=side.secret("meeting"), convened=True)
    house = {"organisation": side.house}
    InviteeFactory(meeting=draft, **house, name=side.secret("draft-invitee"))
    invitee = InviteeFactory(
        meeting=meeting, **house, told=True, name=side.secret("invitee")
    )
    side.objects |= {
        "draft_meeting": draft.uuid,
        "meeting": meeting.uuid,
        "answer": token_of(invitee),
    }


def _accounts(side: SimpleNamespace) -> None:
    newcomer = UserFactory(last_name=side.secret("newcomer"))
    posting = PostingFactory(user=newcomer, spip=side.spip, unconfirmed=True)
    lost = agent(Role.CPIP, side.spip, last_name=side.secret("lost-factor"))
    reset = FactorReset.objects.create(
        user=lost,
        spip=side.spip,
        motive=side.secret("motive"),
        started_by=agent(Role.MANAGER, side.spip),
    )
    side.objects |= {
        "posting": posting.uuid,
        "reset": reset.uuid,
        "feed": renew_feed(user=side.people.member.user),
    }


def _demo_mail(side: SimpleNamespace) -> Any:
    """What the demo’s mailbox received, one attachment with it."""
    file = Attachment("invitation.ics", "text/calendar", b"BEGIN:VCALENDAR\r\n")
    return received_mail(attachments=(file,)).uuid
