"""What a CPIP does: open, deposit, share, revoke. Mails and journal are looked at."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.enums import DocumentKind, Sensitivity
from cases.models import Case, Document, Measure, Share, ShareRecipient
from cases.services import cases as case_services
from cases.services import sharing
from partners.clearance import candidates
from partners.models import Agreement, Clearance
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from spip_portal.security.actor import actor
from spip_portal.security.dates import end_of_day, today
from tests.accounts.factories import agent
from tests.cases.factories import (
    CaseFactory,
    DocumentFactory,
    LegalBasisFactory,
    MeasureFactory,
    professional,
    shared,
)
from tests.conftest import as_owner
from tests.vault.factories import stored_file

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def situation():
    """A running measure, a judgment, and a cleared professional to share it with."""
    measure = MeasureFactory()
    document = DocumentFactory(case=measure.case, kind=DocumentKind.PLACEMENT_ORDER)
    person = professional(measure.case.spip)
    return measure, document, person


def share(situation, **changes) -> Share:
    measure, document, _ = situation
    case = measure.case
    values = {
        "by": case.referent,
        "case": case,
        "documents": [document],
        "candidates": candidates(case.spip),
        "measure": measure,
        "purpose": "Organiser l’accueil",
        "legal_basis": LegalBasisFactory(spip=case.spip),
        "ends_on": today() + 30 * DAY,
        "informed_on": today(),
        "informed_how": "oral",
    }
    with actor(case.referent):
        return sharing.share_documents(**{**values, **changes})


def test_the_named_professional_is_told_without_any_name(situation):
    measure, document, person = situation
    made = share(situation)
    with actor(person.user):
        assert list(Document.objects.visible_to(person.user)) == [document]
    message = Message.objects.get(recipient=person.user.email)
    mail = message.campaign.subject + message.campaign.text + message.campaign.html
    assert str(made.uuid) in mail
    for secret in (measure.case.reference, measure.court, "Ordonnance", "ordonnance"):
        assert secret not in mail


def test_a_share_ends_with_its_last_day(situation):
    made = share(situation, ends_on=today())
    assert made.ends_at == end_of_day(today())
    assert made.ends_on == today()


def test_the_decision_is_in_the_journal_with_its_purpose(situation):
    made = share(situation)
    line = Entry.objects.get(verb=Verb.SHARE)
    assert line.object_uuid == situation[1].uuid
    assert line.share_uuid == made.uuid
    assert line.motive == "Organiser l’accueil"


def test_the_same_form_posted_twice_shares_and_mails_once(situation):
    key = uuid.uuid4()
    assert share(situation, key=key) == share(situation, key=key)
    with as_owner():
        assert ShareRecipient.history.count() == 1
    assert Message.objects.count() == 1


def refused(situation, **changes) -> dict | list:
    with pytest.raises(ValidationError) as error:
        share(situation, **changes)
    with as_owner():
        assert not Share.objects.exists()
    assert not Message.objects.exists()
    return getattr(error.value, "error_dict", None) or error.value.messages


def test_an_end_in_the_past_is_refused(situation):
    assert list(refused(situation, ends_on=today() - DAY)) == ["ends_on"]


def test_more_than_twelve_months_is_refused(situation):
    Agreement.objects.update(ends_on=today() + 900 * DAY)
    latest = sharing.twelve_months_from(today())
    assert list(refused(situation, ends_on=latest + DAY)) == ["ends_on"]
    share(situation, ends_on=latest)


def test_a_share_may_not_outlive_the_measure(situation):
    measure = situation[0]
    with as_owner():
        measure.ends_on = today() + 10 * DAY
        measure.save()
    error = refused(situation, ends_on=today() + 11 * DAY)
    assert "fin de la mesure" in error["ends_on"][0].message
    share(situation, ends_on=today() + 10 * DAY)


def test_a_share_may_not_outlive_the_convention(situation):
    Agreement.objects.update(ends_on=today() + 10 * DAY)
    error = refused(situation, ends_on=today() + 11 * DAY)
    assert "fin de la convention" in error["ends_on"][0].message


def test_somebody_without_clearance_receives_nothing_and_the_reason_is_said(situation):
    Clearance.objects.update(designated_at=None)
    error = refused(situation)
    assert "désignation" in error["recipients"][0].message


def test_nothing_is_shared_about_a_minor(situation):
    case = situation[0].case
    with as_owner():
        Case.objects.filter(pk=case.pk).update(sensitivity=Sensitivity.MINOR)
        case.refresh_from_db()
    assert "mineur" in refused(situation)[0]


@pytest.mark.parametrize("state", ["quarantined", "refused"])
def test_a_document_that_is_not_inspected_and_good_is_not_shared(situation, state):
    document = DocumentFactory(case=situation[0].case, file=stored_file(state=state))
    assert "disponible" in refused(situation, documents=[document])[0]


def test_a_document_of_another_case_is_not_shared(situation):
    foreign = DocumentFactory(case=CaseFactory(referent=situation[0].case.referent))
    assert "disponible" in refused(situation, documents=[foreign])[0]


def test_only_who_follows_the_case_shares(situation):
    with pytest.raises(PermissionDenied):
        share(situation, by=agent(Role.CPIP, situation[0].case.spip))


def test_revoking_shuts_the_document_at_once_and_tells_the_recipient():
    row = shared()
    with actor(row.case.referent):
        sharing.revoke_share(share=row.share, by=row.case.referent, reason="Fin")
    with actor(row.user):
        assert not Document.objects.visible_to(row.user).exists()
    assert Message.objects.filter(recipient=row.user.email).count() == 1
    with as_owner():
        ended = Share.objects.get()
    assert (ended.revoked_by, ended.revocation_reason) == (row.case.referent, "Fin")
    assert ended.revoked_at <= timezone.now()


def test_revoking_twice_tells_once():
    row = shared()
    with actor(row.case.referent):
        for _ in range(2):
            sharing.revoke_share(share=row.share, by=row.case.referent, reason="Fin")
    assert Message.objects.count() == 1
    assert Entry.objects.filter(verb=Verb.REVOKE).count() == 1


def measure() -> Measure:
    return MeasureFactory.build(case=None)


def test_no_case_is_opened_before_the_regulatory_act_is_recorded(settings):
    cpip = agent(Role.CPIP)
    with actor(cpip), pytest.raises(PermissionDenied):
        case_services.open_case(by=cpip, reference="X", measure=measure())
    settings.REAL_DATA_ACT = "Arrêté fictif"
    with actor(cpip):
        assert case_services.open_case(by=cpip, reference="X", measure=measure()).pk


def test_only_a_cpip_opens_a_case(settings):
    settings.REAL_DATA_ACT = "Arrêté fictif"
    manager = agent(Role.MANAGER)
    with actor(manager), pytest.raises(PermissionDenied):
        case_services.open_case(by=manager, reference="X", measure=measure())


def test_a_leap_day_share_ends_on_the_28th():
    assert sharing.twelve_months_from(date(2028, 2, 29)) == date(2029, 2, 28)
