import pytest
from django.urls import reverse
from lxml import html

from spip_portal import registry
from spip_portal.accounts.enums import Role
from spip_portal.registry import HomeBlock
from tests.accounts.factories import (
    PostingFactory,
    SpipFactory,
    UserFactory,
    agent,
    client_of,
)

pytestmark = pytest.mark.django_db

PUBLIC = ["home", "legal_notice", "accessibility", "personal_data", "sitemap"]


def page_of(response):
    return html.fromstring(response.content.decode())


@pytest.fixture
def no_block(monkeypatch):
    """The platform alone, without what the apps offer."""
    monkeypatch.setitem(registry._providers, "home_blocks", [])


@pytest.fixture
def offer(no_block):
    """Register a provider of the first page."""
    return lambda provider: registry.register("home_blocks", provider)


@pytest.mark.parametrize("name", PUBLIC)
def test_anybody_may_read_the_public_pages(client, name):
    """They answer without an account, in French, titled."""
    response = client.get(reverse(f"pages:{name}"))
    page = page_of(response)
    assert response.status_code == 200
    assert page.findtext("head/title").endswith(" – Portail partenarial du SPIP")
    assert len(page.findall(".//h1")) == 1


@pytest.mark.parametrize("name", PUBLIC)
def test_the_public_pages_only_show(client, name):
    """Nothing is posted to them."""
    assert client.post(reverse(f"pages:{name}")).status_code == 405


@pytest.mark.parametrize("act", ["", "Arrêté du 3 mars 2027"])
def test_every_page_says_that_its_data_are_fictitious(client, settings, act):
    """Until the act that allows real data is recorded (MISSION, the law)."""
    settings.REAL_DATA_ACT = act
    text = client.get(reverse("pages:sitemap")).content.decode()
    assert ("Données fictives" in text) is not bool(act)


def test_the_act_is_named_once_recorded(client, settings):
    """The personal-data page cites what allows the processing."""
    settings.REAL_DATA_ACT = "Arrêté du 3 mars 2027"
    text = client.get(reverse("pages:personal_data")).content.decode()
    assert "Arrêté du 3 mars 2027" in text


@pytest.mark.parametrize("name", ["legal_notice", "accessibility", "personal_data"])
def test_whom_to_write_to(client, name):
    """The pages that give rights name the services and how to reach them."""
    spip = SpipFactory(name="SPIP de la Meuse", email="spip@justice.example")
    page = page_of(client.get(reverse(f"pages:{name}")))
    assert page.xpath(f"//a[@href='mailto:{spip.email}']")
    assert "SPIP de la Meuse" in page.text_content()


def test_the_host_is_named_once_declared(client, settings):
    """The law wants the host's name and address in the legal notice."""
    settings.LEGAL_HOSTING = "Hébergeur d’État, 1 rue du Port, 55000 Bar-le-Duc"
    text = client.get(reverse("pages:legal_notice")).content.decode()
    assert "1 rue du Port" in text
    assert "n’a pas encore été déclaré" not in text


def test_a_visitor_learns_what_the_service_is(client, offer):
    """Who the SPIP is, then what the apps show to visitors, in their order."""
    offer(
        lambda user: [HomeBlock("Actions", "components/badge.html", {"label": "A"}, 20)]
    )
    offer(
        lambda user: [
            HomeBlock("Missions", "components/badge.html", {"label": "M"}, 10)
        ]
    )
    page = page_of(client.get("/"))
    assert page.findtext(".//h1") == "Travailler ensemble à la réinsertion"
    titles = [h2.text for h2 in page.xpath("//main//h2")]
    assert titles == ["Missions", "Actions"]


def test_who_signs_in_sees_what_waits(offer):
    """Blocks are made for whoever asks."""
    user = UserFactory()
    asked = []

    def provider(who):
        asked.append(who)
        return [HomeBlock("À lire", "components/badge.html", {"label": "2 documents"})]

    offer(provider)
    page = page_of(client_of(user).get("/"))
    assert asked == [user]
    assert page.findtext(".//h1") == "Ce qui m’attend"
    assert "2 documents" in page.xpath("//main//section")[0].text_content()


@pytest.mark.usefixtures("no_block")
def test_nothing_waiting_is_said():
    """An empty first page says so rather than showing a blank."""
    text = client_of(UserFactory()).get("/").content.decode()
    assert "Rien ne vous attend aujourd’hui." in text


@pytest.mark.usefixtures("no_block")
def test_the_frame_costs_no_query(client, django_assert_num_queries):
    """Header, menus and footer of a visitor's page ask the database nothing; the two
    statements name the actor and close the transaction's savepoint."""
    client.get("/")
    with django_assert_num_queries(3):
        client.get("/")


def test_one_leaves_by_post():
    """The person's menu signs out with a form: a link could be fetched by anything."""
    page = page_of(client_of(UserFactory()).get("/"))
    (form,) = page.xpath("//form[@action='/compte/logout/']")
    assert form.get("method") == "post"
    assert form.xpath(".//input[@name='csrfmiddlewaretoken']")


def test_an_agent_switches_role_from_the_header():
    """Who holds two postings finds the other one in the menu."""
    user = agent(Role.CPIP)
    other = PostingFactory(user=user, spip=user.spip, role=Role.MANAGER)
    page = page_of(client_of(user).get("/accessibilite/"))
    (button,) = page.xpath("//form[@action='/compte/role/']//button")
    assert button.get("value") == str(other.pk)


def test_the_map_of_the_site_follows_the_menus(client):
    """A visitor is not shown what only members may open."""
    anonymous = page_of(client.get(reverse("pages:sitemap")))
    signed_in = page_of(client_of(UserFactory()).get(reverse("pages:sitemap")))
    account = f"//main//a[@href='{reverse('accounts:account')}']"
    assert not anonymous.xpath(account)
    assert signed_in.xpath(account)
