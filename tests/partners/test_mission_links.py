"""What a mission leads to, as far as each may read, and its sheet of paper."""

import io

import pikepdf
import pytest

from partners.models import Mission
from partners.services.missions import image_url
from tests.accounts.factories import client_of
from tests.partners.factories import (
    AgreementFactory,
    ChargeFactory,
    CollectiveActionFactory,
    MissionFactory,
    MissionImageFactory,
)


@pytest.fixture
def mission(spip) -> Mission:
    return MissionFactory(spip=spip, slug="une", title="Préparer la sortie")


def test_the_coordination_chooses_what_belongs_to_a_mission(
    mission, spip, coordinator, other_coordinator
):
    agreement, action = AgreementFactory(spip=spip), CollectiveActionFactory(spip=spip)
    charge = ChargeFactory(spip=spip)
    values = {
        "title": "Une",
        "summary": "…",
        "body": "<p>…</p>",
        "contact": charge.pk,
        "agreements": [agreement.pk],
        "actions": [action.pk],
        "seen": 1,
    }
    browser = client_of(coordinator)
    browser.post("/missions/une/modifier/", values)
    mission.refresh_from_db()
    assert mission.contact == charge
    assert (mission.agreements.get(), mission.actions.get()) == (agreement, action)
    browser.post("/missions/une/versions/1/reprendre/")  # a text, and its links stay
    mission.refresh_from_db()
    assert (mission.version, mission.contact) == (3, charge)
    assert (mission.agreements.get(), mission.actions.get()) == (agreement, action)
    foreign = {
        "contact": ChargeFactory().pk,
        "agreements": [AgreementFactory(spip=other_coordinator.spip).pk],
        "actions": [CollectiveActionFactory().pk],
    }
    refused = browser.post("/missions/une/modifier/", values | foreign | {"seen": 3})
    assert list(refused.context["form"].errors) == ["contact", "agreements", "actions"]


def test_each_sees_of_them_what_they_may_read(mission, spip, cpip, referent):
    for title, audience in (("PUBLIQUE", "public"), ("RÉSEAU", "network")):
        for factory in (AgreementFactory, CollectiveActionFactory):
            row = factory(spip=spip, title=f"{title} {factory}", audience=audience)
            row.missions.add(mission)
    for user, shown in ((None, 1), (referent, 2), (cpip, 2)):
        context = client_of(user).get("/missions/une/").context
        assert len(context["agreements"]) == shown
        assert len(context["actions"]) == shown


def test_a_convention_and_an_action_name_their_missions(mission, spip):
    draft = MissionFactory(spip=spip, draft=True, title="Une mission cachée")
    agreement = AgreementFactory(spip=spip, audience="public")
    action = CollectiveActionFactory(spip=spip, audience="public")
    for row in (agreement, action):
        row.missions.set([mission, draft])
    for address in (f"/conventions/{agreement.uuid}/", f"/actions/{action.uuid}/"):
        page = client_of(None).get(address).content.decode()
        assert "Préparer la sortie" in page
        assert draft.title not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    count, mission, spip, django_assert_num_queries
):
    for _number in range(count):
        mission.agreements.add(AgreementFactory(spip=spip, audience="public"))
        mission.actions.add(CollectiveActionFactory(spip=spip, audience="public"))
    visitor = client_of(None)
    with django_assert_num_queries(7):
        response = visitor.get("/missions/une/")
    assert len(response.context["agreements"]) == count


# -- On paper ------------------------------------------------------------------------


def test_a_mission_prints_as_a_tagged_pdf(mission, spip):
    """PDF/UA: a language, a title, tags, the words of its images."""
    image = MissionImageFactory(mission=mission)
    body = (
        '<h2>Avant</h2><p>À <a href="/lexique/">lire</a>.</p>'
        f'<img src="{image_url(image)}" alt="Un plan">'
    )
    Mission.objects.update(body=body)
    response = client_of(None).get("/missions/une/imprimer")
    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Préparer la sortie"
        assert [name for page in pdf.pages for name in page.get_images()]
        links = [
            str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", [])
        ]
    assert links[0].endswith("/lexique/")
    assert links[0].startswith("http")


def test_a_draft_prints_for_the_service_alone(spip, cpip, referent):
    MissionFactory(spip=spip, slug="brouillon", draft=True)
    for user, status in ((None, 404), (referent, 404), (cpip, 200)):
        address = "/missions/brouillon/imprimer"
        assert client_of(user).get(address).status_code == status
