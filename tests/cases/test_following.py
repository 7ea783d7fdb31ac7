"""What follows a share: acknowledgements, requests for access, reminders, the map."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from cases.models import AccessRequest, Acknowledgement, Share, ShareRecipient
from cases.secret_map import map_of
from cases.services import following, reminders
from partners.models import Partnership
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import is_working_day, working_days_before
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    CaseFactory,
    DocumentFactory,
    ShareFactory,
    recipient_row,
    shared,
)
from tests.conftest import as_owner
from tests.partners.factories import MembershipFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def mails_to(user) -> int:
    return Message.objects.filter(recipient=user.email).count()


# -- Acknowledgement -------------------------------------------------------------------


def test_a_reader_acknowledges_once_and_the_cpip_sees_it():
    row = shared()
    browser = client_of(row.user)
    page = f"/documents/{row.content_object.uuid}/"
    refused = browser.post(f"{page}accuser-lecture/", follow=True)
    assert "Ouvrez d’abord le document" in refused.text
    with actor(row.case.referent):
        assert not Acknowledgement.objects.exists()
    browser.get(f"{page}fichier")
    assert "Accuser lecture" in browser.get(page).text
    for _ in range(2):
        assert browser.post(f"{page}accuser-lecture/").status_code == 302
    assert "Vous avez accusé lecture" in browser.get(page).text
    with actor(row.case.referent):
        known = Acknowledgement.objects.get()
    assert (known.user, known.share) == (row.user, row.share)
    share = client_of(row.case.referent).get(f"/partages/{row.share.uuid}/")
    assert f"Accusé de lecture par {row.user}" in share.text


def test_nobody_acknowledges_what_they_cannot_read():
    row = shared()
    colleague = MembershipFactory(
        organisation=row.membership.organisation, cleared=True
    )
    path = f"/documents/{row.content_object.uuid}/accuser-lecture/"
    for user in (colleague.user, row.case.referent):
        assert client_of(user).post(path).status_code == 404
    with (
        actor(colleague.user),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Acknowledgement.objects.create(
            case=row.case,
            share=row.share,
            document=row.content_object,
            user=colleague.user,
            commitment="x",
        )


# -- Requests for access ---------------------------------------------------------------


def ask(user, reference, reason="Préparer l’accueil"):
    return client_of(user).post(
        "/partages/demandes/", {"reference": str(reference), "reason": reason}
    )


def test_a_professional_asks_by_a_reference_and_the_referent_is_told():
    document = DocumentFactory()
    person = MembershipFactory()
    assert ask(person.user, document.uuid).status_code == 302
    with actor(SystemActor.CASES):
        assert following.tell_access_requests() == 1
        following.tell_access_requests()
    assert mails_to(document.case.referent) == 1
    assert "Demandes d’accès" in client_of(document.case.referent).get("/").text


def test_the_reference_of_a_document_is_on_its_page_and_says_what_is_asked_for():
    document, person = DocumentFactory(), MembershipFactory()
    cpip = client_of(document.case.referent)
    assert str(document.uuid) in cpip.get(f"/documents/{document.uuid}/").text
    case = cpip.get(f"/dossiers/{document.case.uuid}/").text
    assert f">{document.case.uuid}</span>" in case
    ask(person.user, document.uuid)
    with as_owner():
        asked = AccessRequest.objects.get()
    page = cpip.get(f"/partages/demandes/{asked.uuid}/")
    assert page.context["wanted"] == document
    answer = {"is_granted": "oui", "answer": "D’accord"}
    done = cpip.post(f"/partages/demandes/{asked.uuid}/", answer)
    assert done.url.endswith(f"&document={document.uuid}")


def test_a_reference_of_nothing_is_answered_alike():
    """Whoever asks learns nothing of what exists."""
    document, person = DocumentFactory(), MembershipFactory()
    known, unknown = ask(person.user, document.uuid), ask(person.user, uuid.uuid4())
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    page = client_of(person.user).get("/partages/demandes/").text
    assert page.count("en attente") == 2
    with actor(SystemActor.CASES):
        assert following.tell_access_requests() == 1


def test_an_eleventh_request_in_a_day_is_refused_and_keeps_what_was_typed():
    person = MembershipFactory()
    for _ in range(10):
        ask(person.user, uuid.uuid4())
    page = ask(person.user, uuid.uuid4(), "Pour l’entretien de lundi")
    assert "attendez les réponses" in page.text
    assert "Pour l’entretien de lundi" in page.text
    with as_owner():
        assert AccessRequest.objects.count() == 10


@pytest.mark.parametrize(
    ("decision", "badge"), [("oui", "acceptée"), ("non", "refusée")]
)
def test_the_decision_and_its_reason_are_kept_and_told(decision, badge):
    case, person = CaseFactory(), MembershipFactory()
    ask(person.user, case.uuid)
    with as_owner():
        asked = AccessRequest.objects.get()
    page = f"/partages/demandes/{asked.uuid}/"
    browser = client_of(case.referent)
    assert "sans qu’aucun partage lui soit ouvert" in browser.get(page).text
    assert browser.post(page, {"is_granted": decision}).context["form"].errors
    form = {"is_granted": decision, "answer": "Un extrait suffira"}
    answer = browser.post(page, form)
    assert ("/partager/" in answer.url) == (decision == "oui")
    assert browser.post(page, form).status_code == 404
    mine = client_of(person.user).get("/partages/demandes/").text
    assert badge in mine
    assert "Un extrait suffira" in mine
    assert mails_to(person.user) == 1


def test_a_stranger_to_the_case_does_not_answer():
    case, person = CaseFactory(), MembershipFactory()
    ask(person.user, case.uuid)
    with as_owner():
        asked = AccessRequest.objects.get()
    colleague = agent(Role.CPIP, spip=case.spip)
    for user in (colleague, person.user, agent(Role.MANAGER, spip=case.spip)):
        assert (
            client_of(user).get(f"/partages/demandes/{asked.uuid}/").status_code == 404
        )
    with actor(colleague):
        assert not AccessRequest.objects.exists()


# -- Reminders ------------------------------------------------------------------------


def since(days: float, **share) -> ShareRecipient:
    return shared(starts_at=timezone.now() - timedelta(days=days), **share)


def remind() -> int:
    with actor(SystemActor.CASES):
        return reminders.remind()


def test_an_end_within_fourteen_days_is_told_once():
    row = shared(ends_at=timezone.now() + 13 * DAY)
    shared(ends_at=timezone.now() + 15 * DAY)
    assert (remind(), remind()) == (1, 1)
    assert mails_to(row.share.created_by) == 1


def test_what_is_unread_for_seven_days_is_told_to_both():
    row, recent = since(7.1), since(6.9)
    remind()
    assert mails_to(row.user) == 1
    assert mails_to(row.share.created_by) == 1
    assert mails_to(recent.user) == 0


def test_what_was_read_is_not_reminded_of():
    row = since(8)
    Entry.objects.create(
        actor_id=row.user_id, verb=Verb.READ, object_uuid=row.content_object.uuid
    )
    assert remind() == 0


def test_what_can_no_longer_be_read_is_not_reminded_of():
    since(8)
    Partnership.objects.update(state=Partnership.State.SUSPENDED)
    assert remind() == 0


def test_after_two_working_days_the_substitute_is_called():
    row = since(6)
    other = MembershipFactory(organisation=row.membership.organisation, cleared=True)
    recipient_row(row.share, row.content_object, other, is_substitute=True)
    remind()
    assert mails_to(other.user) == 1
    assert mails_to(row.share.created_by) == 1
    assert mails_to(row.user) == 0


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 27), date(2026, 11, 25)),  # Friday → Wednesday
        (date(2026, 11, 30), date(2026, 11, 26)),  # Monday → Thursday
        (date(2026, 11, 12), date(2026, 11, 9)),  # over 11 November
        (date(2027, 3, 30), date(2027, 3, 25)),  # over Easter Monday
    ],
)
def test_working_days_leave_out_weekends_and_legal_holidays(day, before):
    assert working_days_before(day, 2) == before


def test_pentecost_and_ascension_are_holidays():
    assert not is_working_day(date(2027, 5, 6))
    assert not is_working_day(date(2027, 5, 17))


# -- The map --------------------------------------------------------------------------


def test_the_map_shows_each_person_and_document_in_words():
    row = shared()
    case = row.case
    old = ShareFactory(case=case, revoked_at=timezone.now(), revoked_by=case.referent)
    other = MembershipFactory(organisation=row.membership.organisation, cleared=True)
    recipient_row(old, DocumentFactory(case=case), other)
    address = f"/dossiers/{case.uuid}/carte/"
    assert "remplacé" not in client_of(case.referent).get(address).text
    DocumentFactory(case=case, replaces=row.content_object)
    page = client_of(case.referent).get(address).text
    for words in ("peut lire", "remplacé", "terminé", str(row.user), str(other.user)):
        assert words in page
    with actor(case.referent):
        cells = [cell.rank for line in map_of(case) for cell in line.cells]
    assert sorted(cells) == [0, 0, 1, 3]


@pytest.mark.parametrize("count", [1, 3])
def test_the_map_costs_the_same_whatever_its_size(count, django_assert_num_queries):
    row = shared()
    for _ in range(count - 1):
        recipient_row(row.share, DocumentFactory(case=row.case), row.membership)
    browser = client_of(row.case.referent)
    page = f"/dossiers/{row.case.uuid}/carte/"
    browser.get(page)
    with django_assert_num_queries(11):
        browser.get(page)


def test_one_click_ends_what_has_no_more_reason_and_nothing_else():
    lapsed, live = shared(), shared()
    Partnership.objects.filter(pk=lapsed.partnership_id).update(state="suspended")
    case = lapsed.case
    browser = client_of(case.referent)
    assert "Clore ce qui" in browser.get(f"/dossiers/{case.uuid}/carte/").text
    path = f"/dossiers/{case.uuid}/carte/clore/"
    assert browser.post(path).status_code == 302
    with as_owner():
        assert Share.objects.get(pk=lapsed.share_id).revoked_by == case.referent
        assert Share.objects.get(pk=live.share_id).revoked_at is None
    assert not Message.objects.exists()
    assert client_of(live.case.referent).get(path).status_code == 404
