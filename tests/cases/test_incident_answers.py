"""The service is told of an incident, receives it and answers in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import Case, Incident, Share
from cases.services import incidents
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Spip
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import today, working_days_after
from tests.accounts.factories import agent, client_of
from tests.cases.factories import AssignmentFactory, incident_of, shared
from tests.cases.reporting import (
    ANSWER,
    DAY,
    HOUR,
    WORDS,
    change,
    found,
    report,
    tell,
    told,
)

pytestmark = pytest.mark.django_db


# -- The service -----------------------------------------------------------------------


def test_followers_direction_and_mailbox_are_told_once_without_a_word_of_it():
    row = shared()
    change(Spip, email="permanence@spip.example")
    manager = agent(Role.MANAGER, row.case.spip)
    report(row)
    tell()
    tell()
    subject = "Urgent\u00a0: un signalement attend votre réponse"
    people = [row.case.referent.email, manager.email, "permanence@spip.example"]
    assert told(subject) == sorted(people)
    message = Message.objects.filter(campaign__subject=subject).first()
    text = message.campaign.text + message.campaign.html
    for word in ("19", row.case.reference, row.user.last_name, "absence"):
        assert word not in text.replace(str(found().uuid), "")


def test_the_direction_is_told_nothing_of_a_restricted_case():
    row = shared()
    change(Spip, email="")
    manager = agent(Role.MANAGER, row.case.spip)
    page = report(row, urgency="normal").url
    change(Case, sensitivity=Sensitivity.RESTRICTED)
    tell()
    assert told("Un signalement attend votre réponse") == [row.case.referent.email]
    assert client_of(manager).get(page).status_code == 404


NOBODY = "Un signalement attend, et personne ne peut y répondre"


def leave(row) -> None:
    ended = today() - DAY
    row.case.referent.postings.update(starts_on=ended, ends_on=ended)


def test_the_direction_hears_once_that_nobody_can_answer_and_nothing_of_the_case():
    row = shared()
    manager = agent(Role.MANAGER, row.case.spip)
    report(row, urgency="normal")
    change(Case, sensitivity=Sensitivity.RESTRICTED)
    leave(row)
    tell()
    tell()
    change(
        Incident,
        reported_at=timezone.now() - 9 * DAY,
        happened_at=timezone.now() - 10 * DAY,
        answer_due_at=timezone.now(),
    )
    with actor(SystemActor.CASES):
        incidents.remind_late()
    assert told(NOBODY) == [manager.email]
    campaign = Message.objects.get(campaign__subject=NOBODY).campaign
    text = (campaign.text + campaign.html).replace(str(found().uuid), "")
    for word in (row.case.reference, row.user.last_name, "absence", "/incidents/"):
        assert word not in text


def test_the_direction_hears_nothing_while_somebody_else_follows_the_case():
    row = shared()
    agent(Role.MANAGER, row.case.spip)
    AssignmentFactory(case=row.case, user=agent(Role.CPIP, row.case.spip))
    report(row)
    change(Case, sensitivity=Sensitivity.RESTRICTED)
    leave(row)
    tell()
    assert told(NOBODY) == []


def test_what_is_old_is_told_no_more():
    row = shared()
    incident_of(
        row,
        reported_at=timezone.now() - 30 * DAY,
        happened_at=timezone.now() - 31 * DAY,
    )
    with actor(SystemActor.CASES):
        assert incidents.tell_incidents() == 0


@pytest.mark.parametrize("role", [Role.CPIP, Role.MANAGER])
def test_whoever_follows_the_case_or_directs_receives_it_and_answers(role):
    row = shared()
    manager = agent(Role.MANAGER, row.case.spip)
    user = row.case.referent if role == Role.CPIP else manager
    page, browser = report(row).url, client_of(user)
    assert "Signalements à traiter" in browser.get("/").text
    assert page in browser.get(f"/dossiers/{row.case.uuid}/").text
    assert WORDS in browser.get(page).text
    for _time in range(2):
        assert browser.post(f"{page}accuser-reception/").url == page
    assert told("Votre signalement est reçu") == [row.user.email]
    receipt = client_of(row.user).get(page).text
    assert f"reçu par {user} le" in receipt
    blank = browser.post(f"{page}repondre/", {"answer": ""})
    assert "answer" in blank.context["form"].errors
    assert "que lira l’auteur du signalement" in blank.text
    assert browser.post(f"{page}repondre/", {"answer": ANSWER}).url == page
    assert told("Votre signalement a une réponse") == [row.user.email]
    assert ANSWER in client_of(row.user).get(page).text
    assert "Signalements à traiter" not in browser.get("/").text
    assert browser.post(f"{page}repondre/", {"answer": ANSWER}).url == page
    assert browser.get(f"{page}repondre/").url == page
    assert browser.post(f"{page}accuser-reception/").url == page
    assert told("Votre signalement a une réponse") == [row.user.email]


def test_whoever_answers_second_reads_the_first_and_keeps_their_words():
    row = shared()
    page = report(row).url
    client_of(row.case.referent).post(f"{page}repondre/", {"answer": ANSWER})
    late = client_of(agent(Role.MANAGER, row.case.spip))
    text = late.post(f"{page}repondre/", {"answer": "Je la rappelle ce soir."}).text
    assert ANSWER in text
    assert "Je la rappelle ce soir." in text
    assert found().answer == ANSWER


def test_an_answer_after_the_last_share_is_still_its_author_s_and_the_page_warns():
    row = shared()
    page, cpip = report(row).url, client_of(row.case.referent)
    change(Share, revoked_at=timezone.now(), revoked_by=row.case.referent)
    assert "même si son partage a pris fin" in cpip.get(f"{page}repondre/").text
    cpip.post(f"{page}repondre/", {"answer": ANSWER})
    receipt = client_of(row.user).get(page).text
    assert ANSWER in receipt
    assert row.case.reference not in receipt


def test_to_answer_is_to_have_received():
    row = shared()
    cpip = row.case.referent
    client_of(cpip).post(f"{report(row).url}repondre/", {"answer": ANSWER})
    incident = found()
    assert (incident.received_by, incident.answered_by) == (cpip, cpip)
    assert incident.received_at is not None


def test_the_second_of_two_answers_is_refused():
    row = shared()
    report(row)
    seen = found()
    with actor(row.case.referent):
        incidents.answer_incident(by=row.case.referent, incident=seen, answer="a")
        with pytest.raises(incidents.ValidationError, match="vient de répondre"):
            incidents.answer_incident(by=row.case.referent, incident=seen, answer="b")
    assert found().answer == "a"


def test_each_act_leaves_its_line():
    """Whoever reads it, and though the share is over."""
    row = shared()
    manager = agent(Role.MANAGER, row.case.spip)
    page, cpip = report(row).url, client_of(row.case.referent)
    cpip.get(page)
    cpip.post(f"{page}accuser-reception/")
    cpip.get(f"{page}repondre/")  # shows it too
    cpip.post(f"{page}repondre/", {"answer": ANSWER})
    change(Share, revoked_at=timezone.now(), revoked_by=row.case.referent)
    client_of(row.user).get(f"{page}recepisse.pdf")
    client_of(manager).get(page)
    lines = Entry.objects.filter(object_kind="signalement").order_by("pk")
    assert [(e.actor_id, e.verb, e.spip_id) for e in lines] == [
        (row.user_id, Verb.CREATE, row.case.spip_id),
        (row.case.referent_id, Verb.READ, row.case.spip_id),
        (row.case.referent_id, Verb.CHANGE, row.case.spip_id),
        (row.case.referent_id, Verb.READ, row.case.spip_id),
        (row.case.referent_id, Verb.CHANGE, row.case.spip_id),
        (row.user_id, Verb.PRINT, row.case.spip_id),
        (manager.pk, Verb.READ, row.case.spip_id),
    ]
    assert {line.share_uuid for line in lines} == {row.share.uuid}


# -- What is due -----------------------------------------------------------------------


def dues(user) -> list[tuple]:
    page = client_of(user).get("/dossiers/?a_faire=signalement")
    return [(d.label, d.on) for _case, dues in page.context["rows"] for d in dues]


def test_an_answer_is_due_in_the_case_until_it_is_given():
    row = shared()
    page, cpip = report(row, urgency="normal").url, row.case.referent
    assert dues(cpip) == [("réponse à un signalement", working_days_after(today(), 5))]
    client_of(cpip).post(f"{page}repondre/", {"answer": ANSWER})
    assert dues(cpip) == []


def test_the_one_due_first_comes_first():
    row = shared()
    later, sooner = (
        incident_of(row, answer_due_at=timezone.now() + hours * HOUR)
        for hours in (9, 2)
    )
    home = client_of(row.case.referent).get("/").text
    assert home.index(str(sooner.uuid)) < home.index(str(later.uuid))


def late_one(row, by: timedelta) -> Incident:
    """Whose answer was due that long ago."""
    due = timezone.now() - by
    before = {"happened_at": due - 2 * HOUR, "reported_at": due - HOUR}
    return incident_of(row, answer_due_at=due, **before)


def test_a_late_answer_is_reminded_of_once():
    row = shared()
    manager = agent(Role.MANAGER, row.case.spip)
    late_one(row, HOUR)
    incident_of(row)
    for _time in range(2):
        with actor(SystemActor.CASES):
            assert incidents.remind_late() == 1
    assert told("La réponse à un signalement est en retard") == sorted(
        [row.case.referent.email, manager.email]
    )
    assert "réponse en retard" in client_of(manager).get("/").text


def test_what_was_late_long_ago_is_on_the_pages_only():
    late_one(shared(), 31 * DAY)
    with actor(SystemActor.CASES):
        assert incidents.remind_late() == 0
