"""Preparing an issue: nothing typed is lost, nothing of another is overwritten."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from newsletters import services
from newsletters.models import Issue, Newsletter
from spip_portal.accounts.enums import Role
from spip_portal.outbox.models import Message
from tests.accounts.factories import agent, client_of
from tests.newsletters.factories import IssueFactory, IssueItemFactory, offer

pytestmark = pytest.mark.django_db

CREATE = reverse("newsletters:issue_create")
PAGES = ["issue_edit", "issue_preview", "issue_preview_mail", "issue_send"]


def url(page: str, issue) -> str:
    return reverse(f"newsletters:{page}", args=[issue.uuid])


def typed(**changes) -> dict:
    return {"title": "Le réseau grandit", "introduction": "Bonjour."} | changes


def test_a_coordinator_prepares_an_issue(letter, author, offers):
    """Title, introduction, two conventions and two actions picked from the list."""
    picked = {
        "section_agreements": ["agreement:1", "agreement:2"],
        "section_actions": ["action:3", "action:4"],
    }
    response = client_of(author).post(CREATE, typed(**picked))
    issue = Issue.objects.get()
    assert response.url == url("issue_preview", issue)
    assert (issue.newsletter, issue.created_by) == (letter, author)
    assert (issue.title, issue.introduction) == ("Le réseau grandit", "Bonjour.")
    assert [item.key for item in issue.items.all()] == [
        "agreement:1",
        "agreement:2",
        "action:3",
        "action:4",
    ]
    assert [(label, len(items)) for label, items in issue.sections] == [
        ("Conventions et protocoles signés", 2),
        ("Actions collectives", 2),
    ]


def test_the_list_is_grouped_by_rubric(author, offers):
    """An app may name a rubric that the letter does not know: it goes last."""
    offers.append(offer(5, key="odd:5", section="nowhere", title="Autre chose"))
    page = client_of(author).get(CREATE).content.decode()
    order = ["Conventions et protocoles", "Actions collectives", "À lire aussi"]
    places = [page.index(legend) for legend in order]
    assert places == sorted(places)


def test_what_was_picked_is_copied(author, offers):
    """The archive stays as sent: what the app says later changes no issue."""
    client_of(author).post(CREATE, typed(section_agreements=["agreement:1"]))
    offers.clear()
    item = Issue.objects.get().items.get()
    assert item.as_offered == offer(1)


def test_a_long_summary_is_shortened(author, offers):
    """A letter announces; the page of the convention tells the rest."""
    offers.append(offer(5, summary="mot " * 100))
    client_of(author).post(CREATE, typed(section_agreements=["agreement:5"]))
    [item] = Issue.objects.get().items.all()
    assert item.summary == "mot " * 59 + "mot…"
    again = typed(section_agreements=["agreement:5"], version=1)
    offers.pop()
    client_of(author).post(url("issue_edit", item.issue), again)
    assert item.issue.items.get().summary == item.summary


def test_a_draft_keeps_what_is_no_longer_proposed(author, offers, letter):
    """Still there to be kept or dropped."""
    issue = IssueFactory(newsletter=letter)
    IssueItemFactory(issue=issue, key="agreement:old", title="Ancienne convention")
    client = client_of(author)
    page = client.get(url("issue_edit", issue))
    assert page.context["form"]["section_agreements"].value() == ["agreement:old"]
    kept = typed(section_agreements=["agreement:old"], version=1)
    client.post(url("issue_edit", issue), kept)
    assert issue.items.get().title == "Ancienne convention"
    client.post(url("issue_edit", issue), typed(version=2))
    assert not issue.items.exists()


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": ""}, "title", "Ce champ est obligatoire."),
        ({"title": "a" * 151}, "title", "150"),
        ({"title": "Bonjour [[nom]]"}, "title", "[[nom]]"),
        ({"introduction": "Voir [[lien]]"}, "introduction", "[[lien]]"),
        ({"introduction": "a" * 10_001}, "introduction", "10000"),
        (
            {"section_agreements": ["agreement:999"]},
            "section_agreements",
            "agreement:999",
        ),
    ],
)
def test_bad_input_is_told_beside_its_field(author, offers, changes, field, message):
    """What was typed and ticked is still there; nothing is created."""
    data = typed(section_actions=["action:3"], **changes)
    response = client_of(author).post(CREATE, data)
    form = response.context["form"]
    assert message in form.errors[field][0]
    assert len(form.errors) == 1
    assert form["title"].value() == data["title"]
    assert form["introduction"].value() == data["introduction"]
    assert form["section_actions"].value() == ["action:3"]
    assert not Issue.objects.exists()


def test_an_item_with_reserved_brackets_is_refused(author, offers):
    """What another app wrote goes into the mail too."""
    offers.append(offer(5, title="Convention [[nom]]"))
    data = typed(section_agreements=["agreement:5"])
    response = client_of(author).post(CREATE, data)
    assert "[[nom]]" in response.context["form"].non_field_errors()[0]
    assert not Issue.objects.exists()


def test_extra_fields_change_nothing(letter, author, offers):
    """SECURITY 4: what the form does not show is not read."""
    extra = {"newsletter": 99, "created_by": 99, "slug": "x", "sent_at": "2027-01-01"}
    client_of(author).post(CREATE, typed(**extra))
    issue = Issue.objects.get()
    assert (issue.newsletter, issue.created_by) == (letter, author)
    assert (issue.slug, issue.sent_at) == (None, None)


def test_the_second_of_two_editors_is_told(letter, author, offers):
    """SECURITY 36: nothing of the first is overwritten, nothing of the second lost."""
    issue = IssueFactory(newsletter=letter)
    first, second = client_of(author), client_of(agent(Role.MANAGER, letter.spip))
    first.post(url("issue_edit", issue), typed(title="De la première", version=1))
    data = typed(title="De la seconde", version=1, section_actions=["action:3"])
    response = second.post(url("issue_edit", issue), data)
    form = response.context["form"]
    assert "modifié ailleurs" in form.non_field_errors()[0]
    assert form["title"].value() == "De la seconde"
    assert form["section_actions"].value() == ["action:3"]
    assert "Voir la version enregistrée" in response.content.decode()
    issue.refresh_from_db()
    assert (issue.title, issue.version) == ("De la première", 2)
    assert not issue.items.exists()


def test_an_edit_without_a_version_is_refused(letter, author, offers):
    """A form without its hidden field overwrites nothing."""
    issue = IssueFactory(newsletter=letter)
    response = client_of(author).post(url("issue_edit", issue), typed())
    assert "modifié ailleurs" in response.context["form"].non_field_errors()[0]


def test_an_issue_that_left_meanwhile_is_not_changed(letter, author, offers):
    """The text typed stays on the page; the archive says what was mailed."""
    issue = IssueFactory(newsletter=letter, sent=True)
    data = typed(title="Trop tard", version=issue.version)
    response = client_of(author).post(url("issue_edit", issue), data)
    form = response.context["form"]
    assert "parti entre-temps" in form.non_field_errors()[0]
    assert form["title"].value() == "Trop tard"
    issue.refresh_from_db()
    assert issue.title != "Trop tard"
    opened = client_of(author).get(url("issue_edit", issue))
    assert opened.url == url("issue_progress", issue)


def test_others_get_the_same_404_as_for_nothing(letter, outsiders, offers):
    """SECURITY 2: another service's coordinator, every other role, an unknown id."""
    issue = IssueFactory(newsletter=letter)
    sent = IssueFactory(newsletter=letter, sent=True)
    count = Message.objects.count()
    for name, user in outsiders.items():
        client = client_of(user)
        for page in PAGES:
            assert client.get(url(page, sent)).status_code == 404, (name, page)
            foreign = client.get(url(page, issue))
            unknown = client.get(reverse(f"newsletters:{page}", args=[uuid.uuid4()]))
            assert foreign.status_code == unknown.status_code == 404, (name, page)
            assert foreign.content == unknown.content, (name, page)
        posted = client.post(url("issue_edit", issue), typed(version=1))
        assert posted.status_code == 404, name
        assert client.post(url("issue_test", issue)).status_code == 404, name
    issue.refresh_from_db()
    assert issue.version == 1
    assert Message.objects.count() == count


def test_others_create_none(letter, outsiders, offers):
    """A coordinator of a service without a letter neither."""
    for name, user in outsiders.items():
        assert client_of(user).get(CREATE).status_code == 404, name
        assert client_of(user).post(CREATE, typed()).status_code == 404, name
        with pytest.raises(PermissionDenied):
            services.create_issue(
                newsletter=letter, by=user, title="x", introduction="", items=[]
            )
        issue = IssueFactory(newsletter=letter)
        with pytest.raises(PermissionDenied):
            services.edit_issue(
                issue=issue, by=user, version=1, title="x", introduction="", items=[]
            )
    assert not Issue.objects.filter(title="x").exists()


def test_visitors_are_sent_to_the_sign_in_page(letter, client):
    """Only the archive is public."""
    issue = IssueFactory(newsletter=letter)
    for page in PAGES:
        response = client.get(url(page, issue))
        assert response.url.startswith(reverse("account_login")), page
    assert client.get(CREATE).url.startswith(reverse("account_login"))


def test_the_preview_shows_the_mail_and_what_is_missing(letter, author):
    """Subject, plain version, and why it may not leave yet."""
    issue = IssueFactory(newsletter=letter, introduction="")
    page = client_of(author).get(url("issue_preview", issue)).content.decode()
    assert f"{letter.name}\N{NO-BREAK SPACE}: {issue.title}" in page
    assert "Le numéro est vide" in page
    assert "personne à qui être envoyée" in page
    assert url("issue_send", issue) not in page


def test_the_test_goes_to_the_author(letter, author):
    """One message, to one's own address."""
    issue = IssueFactory(newsletter=letter)
    client = client_of(author)
    response = client.post(url("issue_test", issue), {"email": "autre@asso.example"})
    assert response.url == url("issue_preview", issue)
    assert Message.objects.get().recipient == author.email
    assert client.get(url("issue_test", issue)).status_code == 405


SETTINGS = reverse("newsletters:settings")


def test_a_coordinator_opens_the_letter_of_the_service():
    """Name and legal sender; the address in the archive follows the service's."""
    user = agent(Role.COORDINATOR)
    client = client_of(user)
    assert SETTINGS in client.get(reverse("newsletters:archive")).content.decode()
    response = client.post(SETTINGS, {"name": "Le trait d’union", "sender": "SPIP"})
    assert response.url == reverse("newsletters:archive")
    letter = Newsletter.objects.get()
    assert (letter.spip, letter.slug) == (user.spip, user.spip.slug)
    client.post(SETTINGS, {"name": "Nouveau nom", "sender": "SPIP"})
    letter.refresh_from_db()
    assert letter.name == "Nouveau nom"


@pytest.mark.parametrize("field", ["name", "sender"])
def test_the_letter_needs_a_name_and_a_sender(author, letter, field):
    """Told beside the field; nothing changes."""
    for wrong in ("", "Le [[nom]]"):
        data = {"name": "Nom", "sender": "Expéditeur", field: wrong}
        form = client_of(author).post(SETTINGS, data).context["form"]
        assert list(form.errors) == [field]
        assert form[field].value() == wrong
    name = letter.name
    letter.refresh_from_db()
    assert letter.name == name


def test_only_coordination_and_direction_describe_the_letter(letter, outsiders):
    """Anybody else: a page that does not exist."""
    for name in ("partner", "cpip", "auditor", "administrator"):
        user = outsiders[name]
        data = {"name": "Autre", "sender": "Autre"}
        assert client_of(user).get(SETTINGS).status_code == 404, name
        assert client_of(user).post(SETTINGS, data).status_code == 404, name
        with pytest.raises(PermissionDenied):
            services.describe_newsletter(by=user, **data)
    assert not Newsletter.objects.filter(name="Autre").exists()


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_pages_cost_the_same_whatever_they_hold(
    letter, author, offers, item_count, django_assert_num_queries
):
    """Form and preview: a fixed number of queries."""
    issue = IssueFactory(newsletter=letter)
    IssueItemFactory.create_batch(item_count, issue=issue)
    client = client_of(author)
    with django_assert_num_queries(8):
        client.get(url("issue_edit", issue))
    with django_assert_num_queries(9):
        client.get(url("issue_preview", issue))
