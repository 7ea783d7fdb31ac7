"""One page of each shape in a real browser, at a desk and on a phone: axe finds
nothing, nothing scrolls sideways, the security policy blocks nothing."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from partners.links import invitation_token, registration_token
from partners.models import Organisation
from partners.services.communes import locate
from partners.services.partnerships import note_change
from tests.accounts.factories import AntenneFactory, client_of
from tests.partners.factories import (
    DAY,
    ActionRequestFactory,
    ActionSessionFactory,
    AgreementFactory,
    ChargeFactory,
    ClearanceFactory,
    CollectiveActionFactory,
    DeclaredPlacesFactory,
    ForumFactory,
    InvitationFactory,
    JoinRequestFactory,
    MissionFactory,
    MissionImageFactory,
    PartnershipFactory,
    ProofFactory,
    RegistrationFactory,
    SiteFactory,
    partner,
)
from tests.partners.pdf_factories import ActionDocumentFactory, AgreementAnnexFactory
from tests.ui.browser import DESK, ORIGIN, PHONE, flaws, serve
from tests.ui.test_rich_text import HOSTILE
from tests.vault.factories import stored_file

DRAFT_STEPS = ("structure", "activite", "contact", "recapitulatif")


@pytest.fixture
def addresses(spip, partnership, referent, member, manager) -> dict[str, list[str]]:
    """What each role meets, with something on every page."""
    organisation = partnership.organisation
    type(organisation).objects.update(audience="public")
    antenne = AntenneFactory(spip=spip, territory="Valornel, Rivemont")
    charge = ChargeFactory(spip=spip, antenne=antenne)
    mission = MissionFactory(spip=spip, slug="une", contact=charge)
    MissionImageFactory(mission=mission)
    action = CollectiveActionFactory(spip=spip, audience="public", session=True)
    ActionRequestFactory(
        action=action, organisation=organisation, requested_by=referent
    )
    document = ActionDocumentFactory(action=action)
    waiting = stored_file(state="quarantined")
    ActionDocumentFactory(action=action, title="Affiche", file=waiting)
    forum = ForumFactory(spip=spip, audience="public", material="Kakémono.")
    today = timezone.now()
    past = ActionSessionFactory(
        action=CollectiveActionFactory(spip=spip), starts_at=today - DAY
    )
    ActionSessionFactory(
        action=CollectiveActionFactory(spip=spip, audience="public"), starts_at=today
    )
    agreement = AgreementFactory(
        spip=spip,
        audience="public",
        parties=[organisation],
        objectives="Loger.",
        notice_days=30,
    )
    AgreementAnnexFactory(agreement=agreement, public=True)
    proposed = PartnershipFactory(spip=spip, proposed=True)
    invitation = InvitationFactory(organisation=organisation)
    typed = {"name": ["Les Ateliers"], "siret": ["1"]}
    draft = registration_token(RegistrationFactory(typed=typed, file=stored_file()))
    JoinRequestFactory(organisation=organisation)
    ProofFactory(organisation=organisation)
    site = SiteFactory(organisation=organisation)
    DeclaredPlacesFactory(organisation=organisation, declared_at=today - 40 * DAY)
    note_change(partnership, manager)
    ClearanceFactory(membership=member, charter=None, charter_accepted_at=None)
    return {
        "visitor": [
            "/",
            f"/actions/{action.uuid}/",
            "/calendrier/",
            "/calendrier/?vue=liste",
            "/missions/",
            "/missions/une/",
            "/contacts/",
            "/lexique/",
            "/qui-fait-quoi/",
            "/forums/",
            "/annuaire/?commune=verdun&public=hommes",
            f"/forums/{forum.uuid}/",
            "/conventions/",
            f"/conventions/{agreement.uuid}/",
            f"/annuaire/{organisation.uuid}/",
            "/partenaires/inscription/",
            f"/partenaires/inscription/?q={organisation.name}",
            f"/partenaires/rejoindre/{organisation.siret}/",
            *(f"/partenaires/inscription/{draft}/{step}/" for step in DRAFT_STEPS),
            f"/partenaires/invitation/{invitation_token(invitation)}/",
        ],
        "coordinator": [
            "/partenaires/demandes/?state=validated",
            "/membres/",
            f"/partenaires/{partnership.uuid}/",
            f"/partenaires/{partnership.uuid}/suspendre/",
            f"/partenaires/{partnership.uuid}/categorie/",
            f"/actions/{action.uuid}/",
            f"/actions/{action.uuid}/modifier/",
            f"/actions/{action.uuid}/documents/ajouter/",
            f"/actions/documents/{document.uuid}/retirer/",
            f"/conventions/{agreement.uuid}/",
            f"/actions/{action.uuid}/demandes/",
            f"/forums/{forum.uuid}/modifier/",
            "/contacts/",
            f"/contacts/{charge.uuid}/modifier/",
            "/qui-fait-quoi/",
            "/lexique/tig/modifier/",
            "/missions/ordre/",
            "/missions/une/versions/",
            "/missions/une/versions/1/",
            "/missions/une/images/",
            f"/seances/{past.uuid}/presences/",
            f"/seances/{action.sessions.get().uuid}/deplacer/",
            f"/conventions/{agreement.uuid}/modifier/",
            f"/conventions/{agreement.uuid}/denoncer/",
            f"/conventions/{agreement.uuid}/avenant/",
            f"/conventions/{agreement.uuid}/responsables/",
            f"/conventions/{agreement.uuid}/annexes/ajouter/",
        ],
        "manager": [f"/partenaires/{proposed.uuid}/categorie/confirmer/"],
        "referent": [
            "/",
            "/ma-structure/",
            "/ma-structure/justificatifs/",
            "/ma-structure/places/",
            f"/ma-structure/sites/{site.uuid}/modifier/",
            f"/actions/{action.uuid}/demander/",
            "/demandes-de-places/",
            "/calendrier/abonnement/",
        ],
        "member": ["/", "/ma-structure/charte/"],
    }


@pytest.mark.parametrize(
    "who", ["visitor", "coordinator", "manager", "referent", "member"]
)
def test_every_page_is_accessible_and_fits(
    who,
    chrome,
    addresses,
    coordinator,
    manager,
    referent,
    member,
):
    users = {
        "visitor": None,
        "coordinator": coordinator,
        "manager": manager,
        "referent": referent,
        "member": member.user,
    }
    context = chrome.new_context(viewport=DESK, locale="fr-FR")
    page = context.new_page()
    complaints = serve(page, client_of(users[who]))
    found = []
    for address in addresses[who]:
        page.goto(f"{ORIGIN}{address}")
        found += [(address, each) for each in flaws(page)]
    context.close()
    assert found == []
    assert complaints == []


def test_a_structure_near_a_commune_is_found_without_javascript(chrome, spip):
    """By its name, then by a choice among its namesakes, on a phone."""
    partner(spip, name="Le Pont", city="Verdun", postcode="55100", audience="public")
    partner(spip, name="Loin", city="Verdun", postcode="09310", audience="public")
    locate(Organisation.objects.all())
    context = chrome.new_context(
        viewport=PHONE, locale="fr-FR", java_script_enabled=False
    )
    page = context.new_page()
    serve(page, client_of(None))
    page.goto(f"{ORIGIN}/annuaire/")
    page.fill("[name=commune]", "verdun")
    page.click("text=Rechercher >> visible=true")
    page.click("text=Verdun (55)")
    assert page.get_by_role("link", name="Le Pont").is_visible()
    assert page.get_by_text("à 0\N{NO-BREAK SPACE}km").is_visible()
    assert not page.get_by_text("Loin").count()
    page.click("text=Plus de filtres")
    assert page.get_by_label("Distance").is_visible()
    context.close()


def test_a_list_is_brought_in(chrome, coordinator):
    """Chosen, looked over, imported: the hidden text survives the browser."""
    context = chrome.new_context(viewport=DESK, locale="fr-FR")
    page = context.new_page()
    complaints = serve(page, client_of(coordinator))
    page.goto(f"{ORIGIN}/annuaire/")
    page.click("text=Importer des structures")
    assert flaws(page) == []
    cells = 'Les Tilleuls;CHRS;73282932000074;"2 rue Haute";55000;Ornel'
    lines = f"nom;type;siret;adresse;code postal;commune\r\n{cells}\r\n;;;;;x"
    liste = {"name": "liste.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    page.set_input_files("[name=file]", liste)
    page.click("text=Relire avant d’importer >> visible=true")
    page.wait_for_selector("td >> text=Les Tilleuls")
    assert flaws(page) == []
    page.click("text=Importer 1 structure")
    page.wait_for_selector("text=1 structure ajoutée.")
    assert page.get_by_role("link", name="Les Tilleuls").is_visible()
    assert complaints == []
    context.close()


def test_a_mission_is_written_with_the_editor(chrome, spip, coordinator):
    """By its buttons and by the keyboard; what is typed reaches the form, and the
    policy of the site stops nothing."""
    mission = MissionFactory(spip=spip, slug="une", body="<p>Premier.</p>")
    image = MissionImageFactory(mission=mission)
    context = chrome.new_context(viewport=DESK, locale="fr-FR")
    page = context.new_page()
    complaints = serve(page, client_of(coordinator))
    page.goto(f"{ORIGIN}/missions/une/modifier/")
    text = page.get_by_role("textbox", name="Texte", exact=True)
    text.wait_for()
    assert flaws(page) == []
    page.get_by_text("Premier.", exact=True).click()
    page.keyboard.press("ControlOrMeta+a")  # the editor's own: no race with a caret
    page.keyboard.type("Premier.")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Titre", exact=True).click()
    expect(text).to_be_focused()  # again: the button had the focus
    page.keyboard.type("Ensuite")
    assert page.locator("[data-level='2']").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+b")
    page.keyboard.type("Fort")
    page.keyboard.press("ControlOrMeta+b")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Lien").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("/lexique/")
    assert flaws(page) == []
    page.keyboard.press("Enter")  # poses the link, and does not send the form
    page.get_by_role("button", name="Image", exact=True).click()
    page.get_by_role("button", name="Insérer l’image").click()
    page.click("label:has-text('Texte') >> nth=0")  # leads into the text
    page.wait_for_function("document.activeElement.id === 'id_body'")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_selector("text=La mission est enregistrée.")
    mission.refresh_from_db()
    assert mission.body == (
        "<p>Premier.</p><h2>Ensuite</h2><p><strong>Fort</strong></p>"
        '<p><a href="/lexique/" rel="noopener noreferrer">/lexique/</a></p>'
        f'<img src="/missions/images/{image.uuid}" alt="Schéma des étapes">'
    )
    context.close()
    assert complaints == []


def test_no_hostile_text_runs(chrome, spip, coordinator):
    """SECURITY 40: written past the door, on the page and in the editor."""
    mission = MissionFactory(spip=spip, slug="une")
    image = MissionImageFactory(mission=mission)
    type(mission).objects.update(
        body="<p>Fin du texte.</p>" + "".join(HOSTILE) + f"<p>{image}</p>"
    )
    context = chrome.new_context(viewport=DESK, locale="fr-FR")
    page = context.new_page()
    ran, asked = [], []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    complaints = serve(page, client_of(coordinator))
    page.goto(f"{ORIGIN}/missions/une/")
    page.wait_for_selector("text=Fin du texte.")
    assert complaints == []
    page.goto(f"{ORIGIN}/missions/une/modifier/")
    page.get_by_role("textbox", name="Texte", exact=True).wait_for()
    assert ran == []
    assert [url for url in asked if "ailleurs" in url or "https://x" in url] == []
    context.close()


def test_without_a_script_the_text_is_written_by_hand(chrome, spip, coordinator):
    mission = MissionFactory(spip=spip, slug="une", body="<p>Un <em>mot</em>.</p>")
    context = chrome.new_context(
        viewport=DESK, locale="fr-FR", java_script_enabled=False
    )
    page = context.new_page()
    serve(page, client_of(coordinator))
    page.goto(f"{ORIGIN}/missions/une/modifier/")
    assert page.input_value("[name=body]") == "<p>Un <em>mot</em>.</p>"
    page.fill("[name=body]", "<p>Un <em>mot</em>.</p><p>Deux.</p>")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/missions/une/")
    mission.refresh_from_db()
    assert mission.body == "<p>Un <em>mot</em>.</p><p>Deux.</p>"
    context.close()
