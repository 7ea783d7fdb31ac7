"""Answering from the link of the mail, without an account."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from meetings import services
from meetings.enums import Answer
from meetings.links import reply_path, token_of, uuid_of
from meetings.models import Invitation
from tests.accounts.factories import Browser
from tests.days import from_today
from tests.meetings.factories import DAY, InvitationFactory, MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation():
    return InvitationFactory(told=True)


@pytest.fixture
def url(invitation):
    return reply_path(invitation)


@pytest.fixture
def visitor():
    return Browser()


def state(invitation):
    return Invitation.objects.values(
        "answer", "represented_by", "comment", "answered_at"
    ).get(pk=invitation.pk)


def test_opening_the_link_changes_nothing(visitor, invitation, url):
    """Mail gateways open every link of a mail, also with words added to it."""
    before = state(invitation)
    for method in (visitor.get, visitor.head):
        assert method(f"{url}?answer=yes").status_code == 200
    assert state(invitation) == before


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"answer": "yes"}, (Answer.YES, "", "")),
        ({"answer": "no", "comment": "Désolé"}, (Answer.NO, "", "Désolé")),
        (
            {"answer": "represented", "represented_by": "Léa Martin, directrice"},
            (Answer.REPRESENTED, "Léa Martin, directrice", ""),
        ),
        ({"answer": "yes", "represented_by": "Léa"}, (Answer.YES, "", "")),
    ],
)
def test_each_answer_is_recorded_and_shown(visitor, invitation, url, data, expected):
    """The page confirms it, and shows it again at the next visit."""
    response = visitor.post(url, data, follow=True)
    assert "Merci, votre réponse est enregistrée." in response.text
    assert "Votre réponse du" in visitor.get(url).text
    row = state(invitation)
    assert (row["answer"], row["represented_by"], row["comment"]) == expected
    assert row["answered_at"]


def test_an_answer_can_be_changed(visitor, invitation, url):
    """The last one counts."""
    visitor.post(url, {"answer": "represented", "represented_by": "Léa"})
    visitor.post(url, {"answer": "no"})
    assert state(invitation)["answer"] == Answer.NO


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({}, "answer", "Choisissez l’une des réponses."),
        ({"answer": "none"}, "answer", "Sélectionnez un choix valide."),
        ({"answer": "represented"}, "represented_by", "Indiquez qui vous représente."),
    ],
)
def test_a_wrong_answer_says_why(visitor, invitation, url, data, field, message):
    """At the field, with what was typed."""
    data |= {"comment": "Un mot"}
    response = visitor.post(url, data)
    form = response.context["form"]
    assert message in form.errors[field][0]
    assert form["comment"].value() == "Un mot"
    assert state(invitation)["answer"] == Answer.NONE


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cancelled": True}, "Cette réunion est annulée"),
        ({"past": True}, "La réunion a commencé ou a eu lieu"),
        (
            {"convened": True, "reply_by": -DAY},
            "Le délai de réponse est passé",
        ),
    ],
)
def test_once_it_is_too_late_the_page_says_so(visitor, changes, sentence):
    """No form, and a POST changes nothing."""
    invitation = InvitationFactory(meeting=MeetingFactory(**from_today(changes)))
    url = reply_path(invitation)
    assert sentence in visitor.get(url).text
    assert sentence in visitor.post(url, {"answer": "yes"}).text
    assert "Envoyer ma réponse" not in visitor.get(url).text
    assert state(invitation)["answer"] == Answer.NONE
    with pytest.raises(PermissionDenied):
        services.record_answer(invitation=invitation, answer=Answer.YES)


def test_the_reply_day_belongs_whole_to_the_delay(visitor):
    """Up to midnight in Paris."""
    meeting = MeetingFactory(convened=True, reply_by=timezone.localdate())
    invitation = InvitationFactory(meeting=meeting)
    visitor.post(reply_path(invitation), {"answer": "yes"})
    assert state(invitation)["answer"] == Answer.YES
    assert meeting.answers_close_at.hour == 0
    meeting.reply_by = timezone.localdate(meeting.starts_at)
    assert meeting.answers_close_at == meeting.starts_at


def bodies(visitor, tokens):
    pages = [visitor.get(reverse("meetings:answer", args=[each])) for each in tokens]
    assert [page.status_code for page in pages] == [404] * len(tokens)
    return {page.content for page in pages}


def test_every_wrong_token_gets_the_same_404(visitor, invitation):
    """Made up, altered, cut, of a deleted invitation or of a draft."""
    token = token_of(invitation)
    gone = InvitationFactory()
    gone_token = token_of(gone)
    gone.delete()
    draft = token_of(InvitationFactory(meeting=MeetingFactory()))
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    tokens = ["x", "a.b", token[:-1], altered, str(invitation.uuid), gone_token, draft]
    assert len(bodies(visitor, tokens)) == 1
    page = reverse("meetings:answer_calendar", args=[altered])
    assert visitor.get(page).status_code == 404


def test_a_token_leads_to_its_own_invitation(invitation):
    """Made from its random id, signed, and safe in an address."""
    assert uuid_of(token_of(invitation)) == invitation.uuid
    assert re.fullmatch(r"[\w-]{22}\.[\w-]{43}", token_of(invitation))


def test_the_page_says_what_the_mail_said(visitor, invitation, url):
    """Where, when, the agenda, the calendar file; kept by no cache."""
    response = visitor.get(url)
    assert "no-store" in response["Cache-Control"]
    for said in ("Salle du conseil", "Bilan de l’année", invitation.name):
        assert said in response.text
    calendar = visitor.get(
        reverse("meetings:answer_calendar", args=[token_of(invitation)])
    )
    assert calendar["Content-Type"] == "text/calendar; charset=utf-8"
    assert "ATTENDEE" not in calendar.text


def test_an_answer_needs_the_csrf_token(url):
    """Another site cannot answer for the invitee."""
    response = Browser(enforce_csrf_checks=True).post(url, {"answer": "yes"})
    assert response.status_code == 403


def test_extra_fields_change_nothing(visitor, invitation, url):
    """Only the answer is taken."""
    data = {"answer": "yes", "email": "x@y.example", "meeting": "1", "name": "X"}
    visitor.post(url, data)
    row = Invitation.objects.get(pk=invitation.pk)
    assert (row.email, row.name) == (invitation.email, invitation.name)


def test_answers_are_counted_on_the_page_of_the_meeting(visitor, browser, spip):
    """In a sentence and in a table."""
    meeting = MeetingFactory(spip=spip, convened=True)
    data = [
        {"answer": "yes"},
        {"answer": "yes"},
        {"answer": "represented", "represented_by": "Léa Martin"},
        {"answer": "no", "comment": "En congé"},
    ]
    InvitationFactory(meeting=meeting)
    for answer in data:
        visitor.post(reply_path(InvitationFactory(meeting=meeting)), answer)
    url = reverse("meetings:meeting_detail", args=[meeting.uuid])
    response = browser.get(url)
    assert (
        "5 personnes invitées\xa0: 2 participent, 1 sera représentée, "
        "1 ne participe pas, 1 n’a pas encore répondu." in response.text
    )
    assert "par Léa Martin" in response.text
    assert "En congé" in response.text
    assert response.context["tally"] == {
        "total": 5,
        "yes": 2,
        "represented": 1,
        "no": 1,
        "none": 1,
    }


def test_closing_time_is_the_beginning_without_a_reply_day(spip):
    """A meeting that begins in a minute still takes answers."""
    soon = timezone.now() + timedelta(minutes=1)
    meeting = MeetingFactory(spip=spip, convened=True, starts_at=soon)
    invitation = InvitationFactory(meeting=meeting)
    services.record_answer(invitation=invitation, answer=Answer.YES)
    assert state(invitation)["answer"] == Answer.YES
