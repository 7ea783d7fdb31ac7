"""A share that the rules submit to the direction has no effect before."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from cases.enums import DocumentKind, Outcome, Sensitivity
from cases.models import Document, LegalBasis, Share, ShareRecipient
from cases.services import sharing
from cases.services.rules import CATEGORIES, decide_rules
from partners.clearance import candidates
from partners.models import Clearance, Partnership
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Spip
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from spip_portal.security.actor import actor
from spip_portal.security.dates import today
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    BrokenGlassFactory,
    DocumentFactory,
    LegalBasisFactory,
    MeasureFactory,
    professional,
    recipient_row,
)
from tests.cases.test_locks import OPEN, SHUT, locks
from tests.conftest import as_owner
from tests.vault.papers import text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def manager():
    return agent(Role.MANAGER)


def judgment(manager, outcome=Outcome.COUNTERSIGNATURE, **case) -> Document:
    """A judgment of a case of the manager's service, under a rule of theirs."""
    decide_rules(
        by=manager,
        based_on=0,
        measure_kind="",
        outcomes={
            (DocumentKind.JUDGMENT, category): outcome for category in CATEGORIES
        },
        days_after_measure=60,
        purpose_after_measure="Relais",
    )
    document = DocumentFactory(
        case__referent=agent(Role.CPIP, spip=manager.spip),
        **{f"case__{k}": v for k, v in case.items()},
    )
    MeasureFactory(case=document.case)
    professional(manager.spip)
    return document


def share(document: Document, **changes) -> Share:
    case = document.case
    values = {
        "by": case.referent,
        "case": case,
        "documents": [document],
        "candidates": candidates(case.spip),
        "measure": case.measures.first(),
        "purpose": "Organiser l’accueil",
        "legal_basis": LegalBasisFactory(spip=case.spip),
        "ends_on": today() + 20 * DAY,
        "informed_on": today(),
        "informed_how": "oral",
    }
    with actor(case.referent):
        values["measure"] = case.measures.first()
        return sharing.share_documents(**{**values, **changes})


def addressees() -> set[str]:
    return set(Message.objects.values_list("recipient", flat=True))


def reader_of(made: Share):
    with as_owner():
        return ShareRecipient.history.filter(share=made).first().user


def test_before_it_is_countersigned_the_direction_alone_is_told_and_may_read(manager):
    document = judgment(manager)
    made = share(document)
    reader = reader_of(made)
    assert addressees() == {manager.email}
    assert locks(reader, document) == SHUT
    assert locks(manager, document) == OPEN
    page = client_of(manager).get(f"/partages/{made.uuid}/")
    assert "Contresigner" in page.text
    home = client_of(manager).get("/").text
    assert "Partages à contresigner" in home
    assert f"Dossier {document.case.reference}" in home


def test_once_countersigned_it_takes_effect_and_shuts_the_direction_out(manager):
    document = judgment(manager)
    made = share(document)
    reader = reader_of(made)
    path = f"/partages/{made.uuid}/contresigner/"
    assert client_of(manager).post(path).status_code == 302
    assert locks(reader, document) == OPEN
    assert locks(manager, document) == SHUT
    assert addressees() == {manager.email, reader.email, made.created_by.email}
    assert Entry.objects.filter(verb=Verb.COUNTERSIGN, actor_id=manager.pk).count() == 1
    assert client_of(manager).post(path).status_code == 404


def test_refused_it_ends_and_its_reason_goes_to_the_cpip_alone(manager):
    document = judgment(manager)
    made = share(document)
    path = f"/partages/{made.uuid}/refuser/"
    assert client_of(manager).post(path, {"reason": ""}).context["form"].errors
    assert client_of(manager).post(path, {"reason": "Un extrait suffit"}).status_code
    assert locks(reader_of(made), document) == SHUT
    assert addressees() == {manager.email, made.created_by.email}
    page = client_of(made.created_by).get(f"/partages/{made.uuid}/")
    assert "Un extrait suffit" in page.text


@pytest.mark.parametrize("decision", ["contresigner", "refuser"])
def test_once_decided_the_direction_sees_whom_it_named_and_no_blank_paper(
    manager, decision
):
    """Nor half a paper: another share that waits shows it one of the documents."""
    document = judgment(manager)
    other = DocumentFactory(case=document.case)
    made = share(document, documents=[document, other])
    browser = client_of(manager)
    page = f"/partages/{made.uuid}/"
    assert browser.get(f"{page}bordereau.pdf").status_code == 200
    browser.post(f"{page}{decision}/", {"reason": "Un extrait suffit"})
    share(document)
    text = browser.get(page).text
    assert str(reader_of(made)) in text
    assert "tant que le partage attend sa décision" in text
    for paper in ("bordereau.pdf", "notice.pdf"):
        assert paper not in text
        assert browser.get(f"{page}{paper}").status_code == 404
    followed = client_of(made.created_by)
    assert f"/documents/{document.uuid}/" in followed.get(page).text
    assert followed.get(f"{page}bordereau.pdf").status_code == 200


def test_revoked_while_it_waits_nobody_is_told(manager):
    made = share(judgment(manager))
    page = client_of(made.created_by).get(f"/partages/{made.uuid}/terminer/").text
    assert "Personne n’en savait rien" in page
    with actor(made.created_by):
        sharing.revoke_share(share=made, by=made.created_by, reason="Erreur")
    assert addressees() == {manager.email}


def decided(manager, state: str) -> Share:
    """A share that waits, or went the way that `state` says."""
    made = share(judgment(manager))
    page = f"/partages/{made.uuid}/"
    if state in ("live", "ended", "over"):
        client_of(manager).post(f"{page}contresigner/")
    if state == "refused":
        client_of(manager).post(f"{page}refuser/", {"reason": "Un extrait suffit"})
    if state in ("withdrawn", "ended"):
        client_of(made.created_by).post(f"{page}terminer/", {"reason": "Erreur"})
    if state in ("expired", "over"):
        with as_owner():
            Share.objects.update(
                starts_at=timezone.now() - 2 * DAY, ends_at=timezone.now() - DAY
            )
    if state == "lapsed":
        client_of(manager).post(f"{page}contresigner/")
        Partnership.objects.update(state=Partnership.State.SUSPENDED)
    return made


@pytest.mark.parametrize(
    ("state", "said", "who"),
    [
        ("waiting", "Pas encore : la direction du SPIP doit", "pourra"),
        ("live", "", "peut"),
        ("refused", "La direction du SPIP a refusé, le", "devait"),
        ("withdrawn", "C’est fini depuis le", "devait"),
        ("expired", "C’est fini : le dernier jour était le", "devait"),
        ("ended", "C’est fini depuis le", "pouvait"),
        ("over", "C’est fini : le dernier jour était le", "pouvait"),
        ("lapsed", "Aujourd’hui, plus personne ne peut lire", "pouvait"),
    ],
)
def test_the_person_s_notice_says_first_that_nobody_reads(manager, state, said, who):
    made = decided(manager, state)
    paper = client_of(made.created_by).get(f"/partages/{made.uuid}/notice.pdf")
    text = text_of(paper.content)
    assert said in text
    assert f"Qui {who} les lire ?" in text
    assert ("grâce à cette feuille" in text) == (state != "live")
    assert ("Jusqu’à quand ?" in text) == (state in ("waiting", "live"))


def test_the_person_s_notice_holds_on_one_page(manager):
    made = decided(manager, "waiting")
    spip = made.case.spip
    with as_owner():
        Share.objects.update(purpose="Accueillir " * 25, person_limits="Je dis. " * 40)
        LegalBasis.objects.update(label="Mandat confié au service " * 7)
        Spip.objects.update(email="contact@spip.example", phone="03 29 00 00 00")
    for _ in range(3):
        document = DocumentFactory(case=made.case)
        recipient_row(made, document, professional(spip))
    paper = client_of(made.created_by).get(f"/partages/{made.uuid}/notice.pdf")
    assert "Page 1 sur 1" in text_of(paper.content)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("waiting", "en attente : ce partage n’a pas d’effet"),
        ("refused", "refusée : ce partage n’a jamais eu d’effet"),
        ("withdrawn", "jamais donnée : ce partage n’a jamais eu d’effet"),
    ],
)
def test_the_slip_says_what_became_of_the_countersignature(manager, state, said):
    made = decided(manager, state)
    paper = client_of(made.created_by).get(f"/partages/{made.uuid}/bordereau.pdf")
    assert said in text_of(paper.content)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("refused", "refusé, sans effet"),
        ("withdrawn", "retiré, sans effet"),
        ("expired", "échu, sans effet"),
        ("ended", "terminé"),
        ("over", "échu"),
    ],
)
def test_what_never_had_effect_is_not_told_as_a_past_access(manager, state, said):
    made = decided(manager, state)
    browser = client_of(made.created_by)
    for page in (
        f"/dossiers/{made.case.uuid}/carte/",
        f"/dossiers/{made.case.uuid}/",
        f"/partages/{made.uuid}/",
        "/partages/",
    ):
        assert f">{said}<" in browser.get(page).text


@pytest.mark.parametrize(
    ("state", "is_offered"),
    [("waiting", False), ("refused", False), ("live", True), ("over", True)],
)
def test_only_what_took_effect_is_renewed(manager, state, is_offered):
    made = decided(manager, state)
    browser = client_of(made.created_by)
    assert ("Renouveler" in browser.get(f"/partages/{made.uuid}/").text) == is_offered
    structure = Partnership.objects.get().organisation.uuid
    renewal = f"partager/?structure={structure}&renouvelle={made.uuid}"
    form = browser.get(f"/dossiers/{made.case.uuid}/{renewal}").context["form"]
    assert (form.initial.get("purpose") == made.purpose) == is_offered


def test_the_direction_of_another_service_sees_nothing_of_it(manager):
    document = judgment(manager)
    made = share(document)
    stranger = agent(Role.MANAGER)
    assert locks(stranger, document) == SHUT
    for act in ("", "contresigner/", "refuser/", "bordereau.pdf", "notice.pdf"):
        path = f"/partages/{made.uuid}/{act}"
        assert client_of(stranger).get(path).status_code == 404
        assert client_of(agent(Role.CPIP)).get(path).status_code == 404


def test_nobody_countersigns_in_another_s_name(manager):
    """The database holds it, whatever a view lets pass."""
    made = share(judgment(manager))
    with (
        actor(made.created_by),
        pytest.raises(IntegrityError, match="countersigned by the direction"),
        transaction.atomic(),
    ):
        Share.objects.filter(pk=made.pk).update(
            countersigned_at=made.created_at, countersigned_by=manager
        )


def test_a_restricted_case_is_not_shown_to_the_direction_even_so(manager):
    document = judgment(manager, sensitivity=Sensitivity.RESTRICTED)
    with pytest.raises(ValidationError, match="dossier restreint"):
        share(document)


def test_an_authorisation_is_asked_for_and_lends_for_thirty_days(manager):
    document = judgment(manager, Outcome.AUTHORISATION)
    with pytest.raises(ValidationError, match="autorisation d’un magistrat"):
        share(document)
    given = sharing.Authorisation("Procureur fictif", "A-12", today())
    with pytest.raises(ValidationError, match="trente jours"):
        share(document, authorisation=given, ends_on=today() + 31 * DAY)
    made = share(document, authorisation=given)
    assert made.authorisation_number == "A-12"


def test_an_expert_report_goes_to_a_health_structure_only(manager):
    judgment(manager)
    document = DocumentFactory(
        case__referent=agent(Role.CPIP, spip=manager.spip), kind=DocumentKind.EXPERTISE
    )
    MeasureFactory(case=document.case)
    given = sharing.Authorisation("Procureur fictif", "A-12", today())
    with pytest.raises(ValidationError, match="structure de santé"):
        share(document, authorisation=given)
    kind = Partnership.objects.get().organisation.kind
    kind.is_health = True
    kind.save()
    with pytest.raises(ValidationError, match="autorisation d’un magistrat"):
        share(document)
    assert share(document, authorisation=given).pk


def test_the_days_after_a_measure_are_those_that_the_direction_allows(manager):
    document = judgment(manager, Outcome.ALLOWED)
    over = MeasureFactory(case=document.case, over=True)
    with pytest.raises(ValidationError, match="terminée"):
        share(document, measure=over)
    made = share(document, measure=over, goes_past_measure=True)
    assert locks(reader_of(made), document) == OPEN


# -- Held by the database, whatever the forms let pass --------------------------------


def forge(document: Document, **wrong) -> Share:
    """As the application's role, past every check in Python."""
    case = document.case
    values = {
        "case": case,
        "measure": case.measures.first(),
        "purpose": "x",
        "legal_basis": LegalBasisFactory(spip=case.spip),
        "informed_on": today(),
        "informed_how": "oral",
        "created_by": case.referent,
        "ends_at": sharing.end_of_day(today() + 20 * DAY),
    }
    with transaction.atomic():
        made = Share.objects.create(**{**values, **wrong})
        sharing.name_recipients(made, [document], candidates(case.spip))
        return made


def test_a_forged_share_that_lasts_too_long_is_refused(manager):
    document = judgment(manager, Outcome.ALLOWED)
    with as_owner():
        case_measure = document.case.measures.get()
    short = MeasureFactory(case=document.case, ends_on=today() + 5 * DAY)
    with actor(document.case.referent):
        for wrong in (
            {
                "measure": case_measure,
                "ends_at": sharing.end_of_day(today() + 400 * DAY),
            },
            {"measure": short},
        ):
            with pytest.raises(ProgrammingError, match="row-level security"):
                forge(document, **wrong)
        assert forge(document, measure=case_measure).pk


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: Clearance.objects.update(charter=None),
        lambda: Clearance.objects.update(suspended_at="2026-01-01T00:00Z"),
        lambda: Partnership.objects.update(state="suspended"),
        lambda: Partnership.objects.update(art46_category="other"),
    ],
)
def test_a_forged_recipient_without_entitlement_is_refused(manager, spoil):
    document = judgment(manager, Outcome.ALLOWED)
    with actor(document.case.referent):
        assert forge(document).pk
    spoil()
    with (
        actor(document.case.referent),
        pytest.raises(ProgrammingError, match="row-level security"),
    ):
        forge(document)


def test_a_decision_is_never_rewritten(manager):
    made = share(judgment(manager, Outcome.ALLOWED))
    with (
        actor(made.created_by),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        Share.objects.filter(pk=made.pk).update(ends_at=made.ends_at + DAY)


def test_whoever_opened_the_case_by_broken_glass_does_not_countersign(manager):
    """MISSION: never for one's own countersignature."""
    document = judgment(manager)
    made = share(document)
    BrokenGlassFactory(case=document.case, user=manager)
    path = f"/partages/{made.uuid}/contresigner/"
    assert client_of(manager).get(path).status_code == 404
    other = agent(Role.MANAGER, spip=manager.spip)
    assert client_of(other).get(path).status_code == 200
