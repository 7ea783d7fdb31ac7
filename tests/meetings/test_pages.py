"""The pages of the meetings in a real browser, at a desk and on a phone."""

import pytest
from django.urls import reverse

from meetings.links import reply_path
from tests.accounts.factories import UserFactory, client_of
from tests.meetings.factories import (
    InvitationFactory,
    MeetingFactory,
    form_data,
    referent,
)
from tests.ui.browser import DESK, ORIGIN, flaws, serve, violations

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(chrome):
    """Open pages, each in both widths: axe finds nothing, nothing scrolls sideways,
    the console complains of nothing, each link leads somewhere."""
    contexts = []

    def look_(client, *paths):
        context = chrome.new_context(viewport=DESK, locale="fr-FR")
        contexts.append(context)
        page = context.new_page()
        complaints = serve(page, client)
        for path in paths:
            page.goto(f"{ORIGIN}{path}")
            assert flaws(page) == [], path
            assert complaints == [], path
            assert page.locator("main a[href='']:visible").count() == 0, path
        return page

    yield look_
    for context in contexts:
        context.close()


def test_the_pages_of_the_coordination(look, browser, spip):
    """List, form, invitees, confirmation, progress, answers, cancellation."""
    referent(spip)
    draft = MeetingFactory(spip=spip)
    meeting = MeetingFactory(spip=spip, convened=True)
    for made in (draft, meeting):
        InvitationFactory(meeting=made, name="", email=f"{'long' * 14}@asso.example")
        InvitationFactory(meeting=made, accepted=True)
    InvitationFactory(meeting=meeting, told=True)
    look(
        browser,
        reverse("meetings:meeting_list"),
        reverse("meetings:meeting_create"),
        *(
            reverse(f"meetings:{name}", args=[draft.uuid])
            for name in ("meeting_detail", "invitees", "meeting_convene")
        ),
        *(
            reverse(f"meetings:{name}", args=[meeting.uuid])
            for name in ("meeting_detail", "meeting_edit", "sending", "meeting_cancel")
        ),
    )


def test_the_pages_of_an_invitee(look, spip):
    """With an account, and without one."""
    user = UserFactory()
    meeting = MeetingFactory(spip=spip, convened=True)
    invitation = InvitationFactory(meeting=meeting, email=user.email)
    late = InvitationFactory(meeting=MeetingFactory(cancelled=True))
    detail = reverse("meetings:meeting_detail", args=[meeting.uuid])
    look(client_of(user), "/", reverse("meetings:meeting_list"), detail)
    look(client_of(None), reply_path(invitation), reply_path(late))


def test_an_answer_by_keyboard(look, spip):
    """From the first choice to the thanks, without a mouse."""
    invitation = InvitationFactory(meeting=MeetingFactory(convened=True))
    page = look(client_of(None), reply_path(invitation))
    page.locator("input[name=answer]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Merci, votre réponse est enregistrée.")
    assert violations(page) == []


def test_enter_in_a_field_saves(look, browser):
    """It presses the first button of the form, which adds no row."""
    page = look(browser, reverse("meetings:meeting_create"))
    page.focus("[name=title]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-form-errors]:focus")


def test_a_refused_form_leads_to_its_fields(look, browser):
    """The summary has the focus; its links go to the fields, agenda included."""
    page = look(browser, reverse("meetings:meeting_create"))
    page.fill("[name=title]", form_data()["title"])
    page.click("text=Enregistrer le brouillon")
    page.wait_for_selector("[data-form-errors]:focus")
    assert violations(page) == []
    assert page.input_value("[name=title]") == "Plénière annuelle"
    page.click("[data-form-errors] a >> text=Point 1")
    assert page.evaluate("document.activeElement.name") == "agenda-0-title"
