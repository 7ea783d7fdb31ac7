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
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import FactorReset, Spip, User
from spip_portal.accounts.services import deactivate_account
from spip_portal.outbox.content import Attachment
from spip_portal.pages.services import renew_feed
from spip_portal.security.actor import SystemActor, actor
from tests.accounts.factories import (
    Browser,
    PostingFactory,
    SpipFactory,
    UserFactory,
    agent,
    client_of,
)
from tests.cases.factories import (
    AccessRequestFactory,
    AssignmentFactory,
    BrokenGlassFactory,
    CaseFactory,
    DocumentFactory,
    LegalBasisFactory,
    MeasureFactory,
    PersonFactory,
    ShareFactory,
    care_report,
    incident_of,
    message_of,
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
    MembershipFactory,
)
from tests.security.cast import Persona
from tests.security.world_network import published, secret, state_agent, structures
from tests.vault.factories import stored_file

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
        P.STATE_AGENT: state_agent(sides["a"].spip),
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
    structures(side, third)
    published(side)
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
    assignment = AssignmentFactory(case=joint, user=cpip2)
    secret_cpip = agent(Role.CPIP, side.spip)
    CaseFactory(referent=secret_cpip, sensitivity=Sensitivity.RESTRICTED)
    glass_case = CaseFactory(referent=cpip, reference=side.secret("glass"))
    BrokenGlassFactory(case=glass_case, user=cpip2, motive=side.secret("glass-motive"))
    measure = MeasureFactory(case=case, court=side.secret("court"))
    for other in (restricted, joint):
        MeasureFactory(case=other)
    other_measure = MeasureFactory(case=colleague)
    PersonFactory(case=case, last_name=side.secret("person"))
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
    waiting = ShareFactory(
        case=case,
        measure=measure,
        purpose=side.secret("waiting-purpose"),
        legal_basis=basis,
        needs_countersignature=True,
    )
    to_countersign = DocumentFactory(case=case, court=side.secret("waiting-author"))
    named = side.people.referent if side.letter == "b" else side.people.recipient
    row = recipient_row(share, document, named)
    recipient_row(revoked, ended, named)
    recipient_row(waiting, to_countersign, named)
    ended_row = recipient_row(
        ShareFactory(case=restricted, revoked_at=timezone.now(), revoked_by=cpip),
        DocumentFactory(case=restricted),
        named,
    )
    message = message_of(named, share, side.secret("liaison-text"))
    asked = AccessRequestFactory(
        reference=document.uuid,
        membership=side.people.outsider,
        reason=side.secret("access-reason"),
    )
    side.objects |= {
        "case": case.uuid,
        "restricted_case": restricted.uuid,
        "colleague_case": colleague.uuid,
        "joint_case": joint.uuid,
        "glass_case": glass_case.uuid,
        "glass_document": DocumentFactory(case=glass_case).uuid,
        "assignment": assignment.uuid,
        "cpip": cpip.uuid,
        "secret_cpip": secret_cpip.uuid,
        "measure": measure.uuid,
        "other_measure": other_measure.uuid,
        "document": document.uuid,
        "ended_document": ended.uuid,
        "quarantined_document": DocumentFactory(
            case=case, file=stored_file(state="quarantined")
        ).uuid,
        "restricted_document": DocumentFactory(case=restricted).uuid,
        "share": share.uuid,
        "revoked_share": revoked.uuid,
        "waiting_share": waiting.uuid,
        "access_request": asked.uuid,
        "care_report": care_report(named, share, side.secret("care-text")).uuid,
        "message": message.uuid,
        "incident": incident_of(row, side.secret("incident-text")).uuid,
        "restricted_incident": incident_of(ended_row).uuid,
        "waiting_document": to_countersign.uuid,
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
