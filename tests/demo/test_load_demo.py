"""`manage.py load_demo`: what CONTRACT promises of the demo's data."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import override_settings

from cases.enums import Sensitivity
from cases.models import (
    BrokenGlass,
    Case,
    Document,
    Incident,
    LiaisonMessage,
    Share,
    ShareRecipient,
)
from cases.providers import home_blocks
from meetings.enums import Answer
from meetings.models import Meeting
from newsletters.models import Issue, Subscriber
from partners.models import (
    ActionDocument,
    ActionSession,
    Agreement,
    AgreementParty,
    CollectiveAction,
    Forum,
    Membership,
    Mission,
    Organisation,
    OrganisationKind,
    Partnership,
)
from partners.validators import validate_siret
from spip_portal.accounts.models import Antenne, Spip, User
from spip_portal.demo.loading import bulk_network
from spip_portal.demo.personas import PERSONAS
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from spip_portal.security.actor import SystemActor, actor
from spip_portal.vault import files
from spip_portal.vault.models import StoredFile
from tests.conftest import as_owner

# Each test is undone; the demo itself is loaded once for the module.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def user_of(slug: str) -> User:
    return User.objects.get(email=PERSONAS[slug].email)


def row_counts() -> dict[str, int]:
    with as_owner():
        return {
            model._meta.label: model._base_manager.count()
            for model in apps.get_models()
            if model._meta.managed and not model._meta.proxy
        }


def test_loading_twice_changes_nothing():
    """Each row is found again by its natural key. What was not sealed yet is: beat
    does so every minute."""
    before = row_counts()
    call_command("load_demo", verbosity=0)
    after = row_counts()
    for label in ("journal.Seal", "journal.SealPart"):
        assert after.pop(label) >= before.pop(label)
    assert after == before


def test_refused_outside_the_demo():
    """Real rows and fictional ones never meet."""
    with override_settings(DEMO=False, TESTING=False), pytest.raises(CommandError):
        call_command("load_demo")


def test_scale_below_one_is_refused():
    with pytest.raises(CommandError):
        call_command("load_demo", "--scale", "0")


def test_services_and_people():
    """Two services, one of them with two antennes and a prison; every persona."""
    home, _other = Spip.objects.order_by("departement")
    kinds = [antenne.kind for antenne in home.antennes.all()]
    assert kinds.count(Antenne.Kind.OPEN) == 2
    assert kinds.count(Antenne.Kind.PRISON) == 1
    known = User.objects.filter(email__in=[p.email for p in PERSONAS.values()])
    assert known.count() == len(PERSONAS)
    assert not User.objects.filter(email__endswith=".fr").exists()


def test_structures_of_every_kind():
    """At least twenty-five, every kind met, every SIRET right by its key."""
    assert Organisation.objects.count() >= 25
    assert not OrganisationKind.objects.filter(organisation=None).exists()
    for organisation in Organisation.objects.all():
        validate_siret(organisation.siret)
    assert set(Partnership.objects.values_list("state", flat=True)) == {
        "submitted", "validated", "refused", "suspended"
    }  # fmt: skip


def test_conventions_in_every_state():
    assert {agreement.state for agreement in Agreement.objects.all()} == {
        "unsigned", "coming", "in_force", "denounced", "over"
    }  # fmt: skip


def test_public_pages_have_something_to_say():
    assert CollectiveAction.objects.count() >= 12
    assert CollectiveAction.objects.coming().count() >= 10
    documents = ActionDocument.objects.available()
    read = documents.visible_to(AnonymousUser())
    assert (read.count(), documents.count()) == (2, 3)
    assert Mission.objects.count() >= 8
    assert {f.state for f in Forum.objects.all()} == {"to_come", "covered", "missed"}
    assert min(len(mission.body) for mission in Mission.objects.all()) > 800


def test_cases_at_every_stage():
    """Thirty cases or more; documents inspected, one of them refused; shares live,
    revoked, over, to countersign, and lapsed with what they stood on."""
    with as_owner():
        assert Case.objects.count() >= 30
        refused = Document.objects.filter(file__state=StoredFile.State.REFUSED)
        assert refused.count() == 1
        assert not StoredFile.objects.waiting().exists()
        live = ShareRecipient.objects.values("share")
        states = {
            "live": Share.objects.filter(pk__in=live).count(),
            "revoked": Share.objects.exclude(revoked_at=None).count(),
            "not live": Share.objects.exclude(pk__in=live).count(),
        }
    assert states == {"live": 17, "revoked": 1, "not live": 5}


def test_a_broken_glass_and_the_case_of_somebody_who_left():
    """What the direction watches over has something to show."""
    direction = user_of("direction")
    with actor(direction):
        glass = BrokenGlass.objects.visible_to(direction).select_related("case", "user")
        assert [(str(g.user), g.case.reference, g.is_live) for g in glass] == [
            ("Yann Le Goff", "96-2026-0377", True)
        ]
        blocks = {b.template: b.context for b in home_blocks(direction)}
        orphans = blocks["cases/home_orphans.html"]["orphans"]
        assert [(str(person), count) for person, count in orphans] == [
            ("Bruno Carpentier", 1)
        ]


def test_a_version_has_closed_another():
    with actor(user_of("cpip")):
        (closed,) = Document.objects.exclude(replaced_by=None)
        assert closed.case.reference == "96-2026-0290"
        assert closed.successor.kind == closed.kind
        assert closed.successor.dated_on > closed.dated_on


def test_who_has_answered_has_read():
    """Nothing waits for the one who wrote last."""
    with actor(user_of("cpip")):
        assert not LiaisonMessage.objects.unread_by(user_of("cpip")).exists()
    with actor(user_of("intervenant")):
        assert LiaisonMessage.objects.unread_by(user_of("intervenant")).count() == 1


def test_who_reads_what_in_the_demo():
    """The page of personas says it: one professional of the placement structure is
    named, her colleague is not, and an ended share opens nothing."""
    expected = {
        "intervenant": {"96-2026-0412", "96-2026-0398", "96-2026-0395", "99-2026-0087"},
        "referent": {"96-2026-0412", "96-2026-0395"},
        "collegue": set(),
        "autre-structure": {"96-2026-0365", "96-2026-0405"},
        "prefecture": set(),
        "admin": set(),
    }
    found = {}
    for slug in expected:
        user = user_of(slug)
        with actor(user):
            visible = Document.objects.visible_to(user)
            found[slug] = set(visible.values_list("case__reference", flat=True))
    assert found == expected


def test_the_direction_s_journal_says_nothing_of_a_restricted_case():
    with as_owner():
        restricted = Case.objects.get(sensitivity=Sensitivity.RESTRICTED)
        done = Entry.objects.filter(object_uuid=restricted.uuid)
    assert done.filter(verb=Verb.CREATE).exists()
    assert not (done & Entry.objects.visible_to(user_of("direction"))).exists()


def test_each_cpip_follows_their_own_cases():
    with actor(user_of("cpip")):
        own = set(Case.objects.visible_to(user_of("cpip")).values_list("pk", flat=True))
    with actor(user_of("cpip2")):
        others = Case.objects.visible_to(user_of("cpip2"))
        assert others.count() == 7
        assert own.isdisjoint(others.values_list("pk", flat=True))


def test_colleague_is_cleared_and_named_on_nothing():
    """What keeps them out is the share alone."""
    memberships = Membership.objects.cleared().filter(user=user_of("collegue"))
    assert memberships.count() == 1


def test_letter_and_plenaries():
    assert Subscriber.objects.live().count() >= 40
    assert Issue.objects.sent().count() == 1
    assert Issue.objects.drafts().count() == 1
    assert min(issue.items.count() for issue in Issue.objects.all()) >= 2
    past, coming = Meeting.objects.order_by("starts_at")
    assert past.has_begun
    assert not coming.has_begun
    assert coming.invitations.filter(answer=Answer.YES).count() == 11


def test_mailbox_stays_readable():
    """Only a handful of mails wait: what the demo says to be older was never mailed."""
    waiting = Message.objects.exclude(state=Message.State.SENT)
    assert 0 < waiting.count() < 10


def test_scale_multiplies_the_network():
    """Twice each object of the network, with what belongs to it; once only."""
    counted = [
        *(Organisation, Partnership, Agreement, AgreementParty),
        *(CollectiveAction, ActionSession, Organisation.themes.through),
    ]
    before = [model.objects.count() for model in counted]
    for _time in range(2):
        call_command("load_demo", "--scale", "2", verbosity=0)
        assert [model.objects.count() for model in counted] == [2 * n for n in before]
    for organisation in Organisation.objects.all():
        organisation.full_clean()


def test_a_benchmark_may_want_fewer_conventions():
    organisations, agreements = Organisation.objects, Agreement.objects
    before = organisations.count(), agreements.count()
    with actor(SystemActor.DEMO):
        bulk_network.load(3, agreements=2)
    assert organisations.count() == 3 * before[0]
    assert agreements.count() == 2 * before[1]


def test_scale_multiplies_cases_documents_and_subscribers():
    """Twice the cases and the documents, each with its own file; once only."""
    with as_owner():
        cases = Case.objects.count()
        documents = Document.objects.available().count()
    subscribers = Subscriber.objects.live().count()
    for _time in range(2):
        call_command("load_demo", "--scale", "2", verbosity=0)
        with as_owner():
            assert Case.objects.count() == 2 * cases
            assert Document.objects.available().count() == 2 * documents
            assert all(files.path_of(f.uuid).exists() for f in StoredFile.objects.all())
        assert Subscriber.objects.live().count() > 1.8 * subscribers


def test_a_thread_and_two_incidents_one_answered():
    cpip, reader = user_of("cpip"), user_of("intervenant")
    for user in (cpip, reader):
        with actor(user):
            assert LiaisonMessage.objects.visible_to(user).count() == 2
            answered = [each.answer != "" for each in Incident.objects.visible_to(user)]
            assert answered == [False, True]
