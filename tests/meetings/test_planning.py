"""Writing a meeting: what a good form does, what a bad one says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from meetings import services
from meetings.enums import MeetingState
from meetings.forms import MeetingEditor
from meetings.models import Meeting
from spip_portal.accounts.enums import Role
from tests.accounts.factories import agent, client_of
from tests.meetings.factories import (
    AgendaItemFactory,
    InvitationFactory,
    MeetingFactory,
    coordinator,
    form_data,
)

CREATE = "/reunions/nouvelle/"
LONG_AGO = datetime(2020, 1, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def errors_of(response):
    """Field → messages of a refused form, those of the agenda rows included."""
    editor = response.context["editor"]
    found = {name: list(errors) for name, errors in editor.form.errors.items()}
    for index, row in enumerate(editor.agenda):
        found |= {f"{index}-{name}": list(each) for name, each in row.errors.items()}
    return found


def test_a_good_form_makes_a_draft(browser, jeanne):
    """Nobody is told; the next page asks whom to invite."""
    points = [("Bilan", "la direction", "30"), ("Questions", "", "15")]
    response = browser.post(CREATE, form_data(*points, reply_by="2030-01-01"))
    assert errors_of(response) == {"reply_by": ["On répond avant la réunion."]}
    response = browser.post(CREATE, form_data(*points))
    meeting = Meeting.objects.get()
    assert response.url == reverse("meetings:invitees", args=[meeting.uuid])
    assert (meeting.state, meeting.spip, meeting.created_by) == (
        MeetingState.DRAFT,
        jeanne.spip,
        jeanne,
    )
    assert timezone.localtime(meeting.starts_at).strftime("%H:%M") == "09:30"
    assert meeting.address == "1 place de l’Exemple, 55000 Fictive-sur-Meuse"
    agenda = meeting.agenda.values_list("position", "title", "speaker", "minutes")
    assert list(agenda) == [(1, "Bilan", "la direction", 30), (2, "Questions", "", 15)]


def test_the_direction_may_plan_too(spip):
    """As the coordination does."""
    client_of(agent(Role.MANAGER, spip)).post(CREATE, form_data())
    assert Meeting.objects.get().spip == spip


def test_points_follow_the_order_asked_for(browser):
    """The ranks decide, not the rows."""
    points = [("Second", "", "10"), ("Premier", "", "10")]
    ranks = {"agenda-0-rank": "2", "agenda-1-rank": "1"}
    browser.post(CREATE, form_data(*points, **ranks))
    titles = Meeting.objects.get().agenda.values_list("title", flat=True)
    assert list(titles) == ["Premier", "Second"]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"title": ""}, {"title": ["Ce champ est obligatoire."]}),
        ({"day": "2020-01-01"}, {"day": ["Cette date est passée."]}),
        ({"day": "demain"}, {"day": ["Saisissez une date valide."]}),
        ({"finishes": "09:00"}, {"finishes": ["La fin vient après le début."]}),
        ({"finishes": "09:30"}, {"finishes": ["La fin vient après le début."]}),
        ({"reply_by": "2020-01-01"}, {"reply_by": ["Cette date est passée."]}),
        (
            {"agenda-0-title": "", "agenda-0-speaker": "", "agenda-0-minutes": ""},
            {"0-title": ["L’ordre du jour compte au moins un point."]},
        ),
        ({"agenda-0-title": ""}, {"0-title": ["Indiquez l’intitulé du point."]}),
        ({"agenda-0-minutes": ""}, {"0-minutes": ["Indiquez la durée du point."]}),
        (
            {"agenda-0-minutes": "200"},
            {
                "finishes": [
                    "L’ordre du jour prend 200 minutes\xa0: la réunion finit trop tôt."
                ]
            },
        ),
        (
            {"message": "Bonjour [[link]]"},
            {"message": ["Remplacez les doubles crochets «\xa0[[\xa0»."]},
        ),
        (
            {"agenda-0-title": "Point [[link]]"},
            {"0-title": ["Remplacez les doubles crochets «\xa0[[\xa0»."]},
        ),
    ],
)
def test_a_bad_form_says_why_and_keeps_what_was_typed(browser, changes, errors):
    """At the field; nothing is written."""
    response = browser.post(CREATE, form_data(**changes))
    assert response.status_code == 200
    assert errors_of(response) == errors
    form = response.context["editor"].form
    assert form["place"].value() == "Salle du conseil"
    assert not Meeting.objects.exists()


def test_an_hour_gone_by_today_is_refused(time_machine):
    """The day is right, the hour is past."""
    time_machine.move_to("2027-03-01 10:00+01:00", tick=False)
    editor = MeetingEditor(form_data(day="2027-03-01"))
    assert not editor.is_valid()
    assert editor.form.errors == {"begins": ["Cette heure est passée."]}


def test_more_rows_lose_nothing_that_was_typed(browser):
    """The button works without JavaScript, on a form not yet right."""
    response = browser.post(CREATE, form_data(title="", more_rows="1"))
    editor = response.context["editor"]
    assert errors_of(response) == {}
    assert editor.form["message"].value() == "Un café vous attend."
    rows = [row["title"].value() for row in editor.agenda]
    assert rows == ["Bilan de l’année", None, None, None]
    assert not Meeting.objects.exists()


def test_a_new_meeting_begins_with_the_last_one(browser, spip):
    """Its place and agenda, never its date nor its invitees."""
    last = MeetingFactory(spip=spip, past=True, place="Préfecture")
    editor = browser.get(f"{CREATE}?comme-la-derniere").context["editor"]
    assert editor.form["place"].value() == "Préfecture"
    assert editor.form["day"].value() is None
    title = editor.agenda.forms[0]["title"].value()
    assert title == last.agenda.get().title


def test_a_draft_is_edited_and_keeps_its_points(browser, spip):
    """The form shows them; a point made empty is gone."""
    meeting = MeetingFactory(spip=spip)
    AgendaItemFactory(meeting=meeting, title="De trop")
    url = reverse("meetings:meeting_edit", args=[meeting.uuid])
    editor = browser.get(url).context["editor"]
    titles = [row["title"].value() for row in editor.agenda]
    assert titles == ["Bilan de l’année", "De trop", None, None, None]
    browser.post(url, form_data(("Bilan", "", "20"), ("", "", "")))
    assert list(meeting.agenda.values_list("title", flat=True)) == ["Bilan"]


def test_a_second_editor_is_told(browser, spip):
    """Nothing is overwritten, what was typed stays."""
    meeting = MeetingFactory(spip=spip)
    url = reverse("meetings:meeting_edit", args=[meeting.uuid])
    browser.post(url, form_data(title="Le premier"))
    response = browser.post(url, form_data(title="Le second"))
    assert "Quelqu’un d’autre a modifié" in errors_of(response)["__all__"][0]
    assert response.context["editor"].form["title"].value() == "Le second"
    meeting.refresh_from_db()
    assert meeting.title == "Le premier"


def test_a_draft_can_be_deleted(browser, spip):
    """After a page that says so, and never by a GET."""
    meeting = MeetingFactory(spip=spip)
    url = reverse("meetings:meeting_delete", args=[meeting.uuid])
    assert "seront effacés" in browser.get(url).text
    assert Meeting.objects.exists()
    assert browser.post(url).url == reverse("meetings:meeting_list")
    assert not Meeting.objects.exists()


def test_a_convened_meeting_is_not_deleted(browser, spip):
    """It is cancelled, so that everyone is told."""
    meeting = MeetingFactory(spip=spip, convened=True)
    browser.post(reverse("meetings:meeting_delete", args=[meeting.uuid]))
    assert Meeting.objects.filter(pk=meeting.pk).exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"starts_at": datetime(2020, 1, 1, 9, tzinfo=UTC)},
            "La date de cette réunion est passée",
        ),
        ({"reply_by": date(2020, 1, 1)}, "Le dernier jour pour répondre est passé"),
        ({"agenda_point": None}, "au moins un point"),
        ({"uninvited": True}, "au moins une personne"),
    ],
)
def test_what_is_not_ready_is_not_convened(jeanne, spip, changes, message):
    """The service refuses, whatever page called it."""
    is_uninvited = changes.pop("uninvited", False)
    meeting = MeetingFactory(spip=spip, **changes)
    if not is_uninvited:
        InvitationFactory(meeting=meeting)
    with pytest.raises(ValidationError, match=message):
        services.convene_meeting(meeting=meeting, by=jeanne)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.DRAFT


def test_a_draft_whose_date_has_gone_by_is_sent_back_to_its_form(browser, spip):
    """With the reason, and nothing sent."""
    meeting = MeetingFactory(spip=spip, starts_at=timezone.now() - timedelta(hours=1))
    InvitationFactory(meeting=meeting)
    url = reverse("meetings:meeting_convene", args=[meeting.uuid])
    response = browser.post(url, follow=True)
    assert response.redirect_chain[-1][0].endswith("/modifier/")
    assert "La date de cette réunion est passée" in response.text


def test_only_those_who_manage_may_call_the_services(spip):
    """Each service checks its own right."""
    meeting = MeetingFactory(spip=spip, convened=True)
    stranger = coordinator()
    plan = services.Plan("x", None, None, "x", "x", "", None, [])
    calls = [
        lambda: services.create_meeting(by=agent(Role.CPIP, spip), plan=plan),
        lambda: services.edit_meeting(
            meeting=meeting, by=stranger, plan=plan, version=0
        ),
        lambda: services.choose_invitees(meeting=meeting, by=stranger, invitees=[]),
        lambda: services.convene_meeting(meeting=meeting, by=stranger),
        lambda: services.cancel_meeting(meeting=meeting, by=stranger, reason=""),
        lambda: services.remind_invitees(meeting=meeting, by=stranger),
        lambda: services.delete_draft(meeting=meeting, by=stranger),
    ]
    for call in calls:
        with pytest.raises(services.PermissionDenied):
            call()
