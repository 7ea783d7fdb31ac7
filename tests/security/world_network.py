"""The network of that world: structures, what they ask, what is published."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from partners.enums import Art46Category, Audience
from partners.links import invitation_token, join_request_token, registration_token
from partners.models import Agreement, AgreementParty, Partnership
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Spip, User
from tests.accounts.factories import (
    AntenneFactory,
    PostingFactory,
    UserFactory,
    agent,
)
from tests.partners.factories import (
    ActionRequestFactory,
    ActionSessionFactory,
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
from tests.partners.pdf_factories import ActionDocumentFactory, AgreementAnnexFactory
from tests.security.cast import Persona
from tests.vault.factories import PDF, stored_file

P = Persona


def secret(name: str, letter: str) -> str:
    """What is planted in the private field `name` of one service."""
    return f"CANARI-{name}-{letter}".upper()


def _member(side: SimpleNamespace, name: str, organisation, **fields):
    person = {
        "user__last_name": side.secret(name),
        "user__email": f"{side.secret(name + '-mail')}@asso.example".lower(),
    }
    membership = MembershipFactory(organisation=organisation, **person | fields)
    setattr(side.people, name, membership)
    return membership


def structures(side: SimpleNamespace, third: Spip) -> None:
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


def state_agent(spip: Spip) -> User:
    """Everything a professional needs to receive a document, in a town hall."""
    hall = OrganisationFactory(state_service=True)
    PartnershipFactory(spip=spip, entitled=True, organisation=hall)
    return MembershipFactory(organisation=hall, cleared=True).user


def published(side: SimpleNamespace) -> None:
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
    _documents(side, actions)
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


def _documents(side: SimpleNamespace, actions: dict) -> None:
    """What goes with the actions."""

    def document(action: str, name: str, **fields):
        title = side.secret(f"action-document-{name}")
        return ActionDocumentFactory(action=actions[action], title=title, **fields).uuid

    kept = stored_file(PDF + side.secret("action-document").encode())
    waiting = stored_file(state="quarantined")
    public = actions["public_action"]
    side.objects |= {
        "public_action_document": ActionDocumentFactory(action=public).uuid,
        "parties_action_document": document("parties_action", "title", file=kept),
        "draft_action_document": document("draft_action", "draft"),
        "quarantined_action_document": document(
            "public_action", "quarantined", file=waiting
        ),
    }


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
