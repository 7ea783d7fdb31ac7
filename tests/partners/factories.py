"""The network, for every test of the suite. Kinds, themes and the charter's first
version come with the migrations; these factories find them again by their code."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from stdnum import luhn

from partners.enums import Art46Category
from partners.models import (
    ActionRequest,
    ActionSession,
    Agreement,
    AgreementParty,
    Charge,
    Charter,
    Clearance,
    CollectiveAction,
    DeclaredPlaces,
    Duty,
    Forum,
    Invitation,
    JoinRequest,
    Membership,
    Mission,
    MissionImage,
    Organisation,
    OrganisationKind,
    Partnership,
    Proof,
    ReceptionKind,
    Registration,
    Site,
    Term,
    Theme,
)
from spip_portal.accounts.models import Spip
from spip_portal.security.dates import today
from tests.accounts.factories import (
    SpipFactory,
    UserFactory,
    give_second_factor,
)
from tests.vault.factories import stored_file, stored_image

DAY = timedelta(days=1)


def siret(number: int) -> str:
    """A valid SIRET that no other number gives."""
    siren = f"{10_000_000 + number:08}"
    siren += luhn.calc_check_digit(siren)
    return siren + "0001" + luhn.calc_check_digit(siren + "0001")


class OrganisationKindFactory(DjangoModelFactory):
    class Meta:
        model = OrganisationKind
        django_get_or_create = ["code"]

    code = "chrs"
    label = "CHRS"


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ["code"]

    code = "hebergement"
    label = "Hébergement"


class OrganisationFactory(DjangoModelFactory):
    """`state_service=True`: a town hall."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Association Fictive {n}")
    kind = factory.SubFactory(OrganisationKindFactory)
    siret = factory.Sequence(siret)
    address = "1 rue de l’Exemple"
    postcode = "55000"
    city = "Fictive-sur-Meuse"

    class Params:
        state_service = factory.Trait(
            kind=factory.SubFactory(
                OrganisationKindFactory, code="mairie", label="Mairie", is_state=True
            )
        )


class PartnershipFactory(DjangoModelFactory):
    """Waiting for the coordinator. `validated=True`; `entitled=True` adds the confirmed
    category and a convention in force."""

    class Meta:
        model = Partnership
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    spip = factory.SubFactory(SpipFactory)
    state = Partnership.State.SUBMITTED

    class Params:
        draft = factory.Trait(state=Partnership.State.DRAFT)
        validated = factory.Trait(state=Partnership.State.VALIDATED)
        suspended = factory.Trait(state=Partnership.State.SUSPENDED)
        proposed = factory.Trait(
            validated=True,
            art46_category=Art46Category.REINTEGRATION,
            art46_proposed_by=factory.SubFactory(UserFactory),
            art46_proposed_at=factory.LazyFunction(timezone.now),
        )
        confirmed = factory.Trait(
            proposed=True,
            art46_confirmed_by=factory.SubFactory(UserFactory),
            art46_confirmed_at=factory.LazyFunction(timezone.now),
        )
        entitled = factory.Trait(
            confirmed=True,
            agreement_party=factory.RelatedFactory(
                "tests.partners.factories.AgreementPartyFactory",
                organisation=factory.SelfAttribute("..organisation"),
                agreement__spip=factory.SelfAttribute("...spip"),
            ),
        )


def partner(spip: Spip, **fields) -> Organisation:
    """A structure that this service has validated."""
    return PartnershipFactory(
        spip=spip, validated=True, organisation=OrganisationFactory(**fields)
    ).organisation


class ClearanceFactory(DjangoModelFactory):
    """Designated, current charter accepted."""

    class Meta:
        model = Clearance

    membership = factory.SubFactory("tests.partners.factories.MembershipFactory")
    designated_by = factory.SubFactory(UserFactory)
    designated_at = factory.LazyFunction(timezone.now)
    charter = factory.LazyFunction(lambda: Charter.objects.current().get())
    charter_accepted_at = factory.LazyFunction(timezone.now)


class MembershipFactory(DjangoModelFactory):
    """A member. `referent=True`; `ended=True`; `cleared=True` may receive documents as
    far as the person goes: designated, charter, second factor."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)

    class Params:
        referent = factory.Trait(role=Membership.Role.REFERENT)
        ended = factory.Trait(ended_at=factory.LazyFunction(timezone.now))

    @factory.post_generation
    def cleared(self, create, extracted, **kwargs):
        if extracted:
            ClearanceFactory(membership=self, **kwargs)
            give_second_factor(self.user)


class CharterFactory(DjangoModelFactory):
    class Meta:
        model = Charter

    version = factory.Sequence(lambda n: n + 100)
    text = "Une nouvelle version de la charte."
    published_at = factory.LazyFunction(timezone.now)


class InvitationFactory(DjangoModelFactory):
    """Open. `expired=True`, `accepted=True`, `cancelled=True`; `registration=True` is
    the contact of a self-registered structure."""

    class Meta:
        model = Invitation

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invitation{n}@asso.example")
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + Invitation.VALID_FOR)

    class Params:
        expired = factory.Trait(
            expires_at=factory.LazyFunction(lambda: timezone.now() - DAY)
        )
        accepted = factory.Trait(accepted_at=factory.LazyFunction(timezone.now))
        cancelled = factory.Trait(cancelled_at=factory.LazyFunction(timezone.now))
        registration = factory.Trait(invited_by=None, role=Membership.Role.REFERENT)


class JoinRequestFactory(DjangoModelFactory):
    """Confirmed and not answered. `unconfirmed=True`; `expired=True`."""

    class Meta:
        model = JoinRequest

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"demande{n}@asso.example")
    first_name = "Lou"
    last_name = factory.Sequence(lambda n: f"Demandeur{n}")
    function = "éducatrice"
    confirmed_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + JoinRequest.KEPT_FOR)

    class Params:
        unconfirmed = factory.Trait(confirmed_at=None)
        expired = factory.Trait(
            expires_at=factory.LazyFunction(lambda: timezone.now() - DAY)
        )


class RegistrationFactory(DjangoModelFactory):
    class Meta:
        model = Registration

    expires_at = factory.LazyFunction(lambda: timezone.now() + Registration.KEPT_FOR)


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Antenne {n}")
    address = "2 rue du Site"
    postcode = "55100"
    city = "Verdun"


class DeclaredPlacesFactory(DjangoModelFactory):
    class Meta:
        model = DeclaredPlaces

    organisation = factory.SubFactory(OrganisationFactory)
    kind = factory.LazyFunction(lambda: ReceptionKind.objects.get(code="hebergement"))
    total = 8
    free = 2


class ProofFactory(DjangoModelFactory):
    """Inspected and clean."""

    class Meta:
        model = Proof

    organisation = factory.SubFactory(OrganisationFactory)
    file = factory.LazyFunction(stored_file)


class AgreementFactory(DjangoModelFactory):
    """In force since a month and for a year. `unsigned`, `coming`, `over`, `denounced`;
    `parties=[organisation, …]`, the first leads."""

    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    spip = factory.SubFactory(SpipFactory)
    kind = Agreement.Kind.LOCAL
    title = factory.Sequence(lambda n: f"Convention fictive n° {n}")
    signed_on = factory.LazyFunction(lambda: today() - 30 * DAY)
    starts_on = factory.LazyFunction(lambda: today() - 30 * DAY)
    ends_on = factory.LazyFunction(lambda: today() + 365 * DAY)

    class Params:
        in_force = factory.Trait()
        unsigned = factory.Trait(signed_on=None)
        coming = factory.Trait(starts_on=factory.LazyFunction(lambda: today() + DAY))
        over = factory.Trait(ends_on=factory.LazyFunction(lambda: today() - DAY))
        denounced = factory.Trait(denounced_on=factory.LazyFunction(today))

    @factory.post_generation
    def parties(self, create, extracted, **kwargs):
        for organisation in extracted or ():
            AgreementParty.objects.create(
                agreement=self,
                organisation=organisation,
                is_lead=organisation is extracted[0],
            )


class AgreementPartyFactory(DjangoModelFactory):
    class Meta:
        model = AgreementParty

    agreement = factory.SubFactory(AgreementFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    is_lead = True


class MissionFactory(DjangoModelFactory):
    """Published; `draft=True` is not. Its text is its first version."""

    class Meta:
        model = Mission
        skip_postgeneration_save = True

    spip = factory.SubFactory(SpipFactory)
    title = factory.Sequence(lambda n: f"Mission fictive n° {n}")
    slug = factory.Sequence(lambda n: f"mission-fictive-{n}")
    summary = "Ce que le service fait."
    body = "<p>Premier paragraphe.</p><p>Second paragraphe.</p>"
    published_at = factory.LazyFunction(lambda: timezone.now() - DAY)

    class Params:
        draft = factory.Trait(published_at=None)

    @factory.post_generation
    def first_version(self, create, extracted, **kwargs):
        if create:
            self.versions.create(
                number=1, title=self.title, summary=self.summary, body=self.body
            )


class MissionImageFactory(DjangoModelFactory):
    """Inspected and sound; `quarantined=True` is not yet."""

    class Meta:
        model = MissionImage

    mission = factory.SubFactory(MissionFactory)
    file = factory.LazyFunction(stored_image)
    alternative = "Schéma des étapes"
    added_by = factory.SubFactory(UserFactory)

    class Params:
        quarantined = factory.Trait(
            file=factory.LazyFunction(lambda: stored_image(state="quarantined"))
        )


class CollectiveActionFactory(DjangoModelFactory):
    """Published. `draft=True`, `cancelled=True`; `session=True` adds one next week."""

    class Meta:
        model = CollectiveAction
        skip_postgeneration_save = True

    spip = factory.SubFactory(SpipFactory)
    title = factory.Sequence(lambda n: f"Atelier fictif n° {n}")
    theme = factory.SubFactory(ThemeFactory)
    objective = "Reprendre confiance."
    place = "Salle polyvalente"
    capacity = 10
    state = CollectiveAction.State.PUBLISHED

    class Params:
        draft = factory.Trait(state=CollectiveAction.State.DRAFT)
        cancelled = factory.Trait(state=CollectiveAction.State.CANCELLED)

    @factory.post_generation
    def session(self, create, extracted, **kwargs):
        if extracted:
            ActionSessionFactory(action=self, **kwargs)


class ActionSessionFactory(DjangoModelFactory):
    class Meta:
        model = ActionSession

    action = factory.SubFactory(CollectiveActionFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now() + 7 * DAY)
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + DAY / 12)


class ActionRequestFactory(DjangoModelFactory):
    """Accepted, by a member of a structure; `waiting=True`."""

    class Meta:
        model = ActionRequest

    action = factory.SubFactory(CollectiveActionFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    requested_by = factory.SubFactory(UserFactory)
    reference = factory.Sequence(lambda n: f"2027-{n:03}")
    places = 1
    state = ActionRequest.State.ACCEPTED

    class Params:
        waiting = factory.Trait(state=ActionRequest.State.WAITING)


class ForumFactory(DjangoModelFactory):
    """Of one day, next month. `covered=True` and `missed=True` were last month."""

    class Meta:
        model = Forum

    spip = factory.SubFactory(SpipFactory)
    title = factory.Sequence(lambda n: f"Forum fictif n° {n}")
    place = "Salle des fêtes"
    starts_on = factory.LazyFunction(lambda: today() + 30 * DAY)
    ends_on = factory.SelfAttribute("starts_on")

    class Params:
        missed = factory.Trait(
            starts_on=factory.LazyFunction(lambda: today() - 30 * DAY)
        )
        covered = factory.Trait(missed=True, is_covered=True)


class ChargeFactory(DjangoModelFactory):
    """A function with its direct line. `posting=…`: held by that agent."""

    class Meta:
        model = Charge

    spip = factory.SubFactory(SpipFactory)
    function = factory.Sequence(lambda n: f"Fonction fictive n° {n}")
    phone = "03 53 01 99 99"
    email = "direct@spip.example"


class TermFactory(DjangoModelFactory):
    class Meta:
        model = Term

    term = factory.Sequence(lambda n: f"Terme fictif {n}")
    slug = factory.Sequence(lambda n: f"terme-fictif-{n}")
    definition = "Ce que le mot veut dire."


class DutyFactory(DjangoModelFactory):
    class Meta:
        model = Duty

    who = factory.Sequence(lambda n: f"Rôle fictif n° {n}")
    side = Duty.Side.SERVICE
    does = "Ce qui est fait."
