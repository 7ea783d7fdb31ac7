"""The main job of the portal, played by its people on real parts.

One story in five steps; each step stands on the one before, so they are one test. On
every page met, axe finds nothing and a phone's width loses nothing (Person.look).
"""

import io
import re

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.e2e.person import Person, in_days, pdf_of
from tests.vault.papers import text_of

CONTACT, COLLEAGUE = "odile.renard@passerelle.example", "bruno.petit@passerelle.example"
STRUCTURE = "La Passerelle des Vignes"
SIRET, WRONG_SIRET = "732 829 320 00074", "732 829 320 00075"
NAMES_AND_WORDS_NO_MAIL_MAY_HOLD = ["Jugement", "jugement", "E2E-2026-1", "Fictiville"]


@pytest.fixture
def judgment() -> bytes:
    return pdf_of("Jugement")


def test_the_main_job(person, judgment):
    a_visitor_reads_and_registers_a_structure(person)
    the_coordinator_validates_and_the_referent_invites(person)
    a_cpip_shares_a_judgment_and_ends_the_share(person, judgment)
    the_coordinator_sends_a_letter(person)
    the_coordinator_convenes_the_plenary(person)


# -- 1 ---------------------------------------------------------------------------------


def a_visitor_reads_and_registers_a_structure(person) -> None:
    visitor = person()
    for path in ("/", "/missions/", "/actions/", "/lettres/", "/annuaire/"):
        assert visitor.open(path) == 200
    public = counted(visitor)
    visitor.open("/missions/")
    visitor.main.locator("a[href^='/missions/']").first.click()
    visitor.look()
    for path in ("/dossiers/", "/partages/", "/ma-structure/", "/reunions/"):
        visitor.page.goto(path)
        assert visitor.path == "/compte/login/"

    register(visitor)
    again = person()
    again.open("/partenaires/inscription/")
    again.fill(q=SIRET)
    again.press("Chercher")
    again.sees("Ce SIRET est déjà inscrit")
    expect(again.main.get_by_text(STRUCTURE)).to_have_count(0)

    visitor.mail(re.compile("Confirmez"), to=CONTACT)
    link = visitor.link_in_mail("invitation")
    visitor.open(link)
    visitor.sees(STRUCTURE)
    visitor.choose_a_password()
    visitor.open("/ma-structure/")
    visitor.sees(re.compile("soumise|attente|examen", re.IGNORECASE))
    # Until the partnership is validated, the network stays shut.
    visitor.open("/annuaire/")
    assert counted(visitor) == public + 1  # one’s own is there too
    reused = person()
    reused.open(link)
    assert reused.main.locator("[name=password1]").count() == 0


def register(visitor: Person) -> None:
    """Found nowhere, then typed step after step; nothing is lost on the way."""
    visitor.open("/partenaires/inscription/")
    visitor.fill(q=STRUCTURE)
    visitor.press("Chercher")
    visitor.press("Inscrire une nouvelle structure")
    expect(visitor.main.locator("[name=name]")).to_have_value(STRUCTURE)
    visitor.fill(
        spip="Val d’Ornel",
        siret=WRONG_SIRET,
        description="Douze places d’hébergement et un accompagnement social.",
    )
    visitor.press("Enregistrer et continuer")
    visitor.sees("SIRET n’est pas valable")
    expect(visitor.main.locator("[name=name]")).to_have_value(STRUCTURE)
    visitor.fill(siret=SIRET)
    visitor.press("Enregistrer et continuer")
    visitor.fill(
        kind="CHRS",
        address="3 rue des Vignes",
        postcode="55000",
        city="Fictiville",
        milieu="milieu ouvert",
    )
    visitor.tick("Hébergement et logement")
    visitor.press("Étape précédente")
    expect(visitor.main.locator("[name=siret]")).to_have_value(SIRET)
    visitor.press("Enregistrer et continuer")
    expect(visitor.main.locator("[name=city]")).to_have_value("Fictiville")
    visitor.press("Enregistrer et continuer")
    visitor.fill(
        first_name="Odile", last_name="Renard", function="directrice", email=CONTACT
    )
    visitor.press("Enregistrer et continuer")
    visitor.sees("3 rue des Vignes")
    visitor.press("Envoyer la demande")
    visitor.sees(re.compile("messagerie|courriel"))


def counted(somebody: Person) -> int:
    """The number in the title of a list: « Annuaire des partenaires (15) »."""
    return int(re.search(r"\((\d+)\)", somebody.main.locator("h1").inner_text())[1])


# -- 2 ---------------------------------------------------------------------------------


def the_coordinator_validates_and_the_referent_invites(person) -> None:
    coordinator = person("coordination")
    coordinator.open("/partenaires/demandes/")
    coordinator.follow(STRUCTURE)
    coordinator.follow(re.compile("Valider"))
    coordinator.press(re.compile("Valider"))
    coordinator.sees(re.compile("validé"))

    referent = person()
    referent.mail(re.compile("."), to=CONTACT)
    referent.sign_in(CONTACT)
    for path in ("/missions/", "/conventions/", "/actions/", "/annuaire/"):
        assert referent.open(path) == 200
        assert referent.main.locator("tbody tr, article, .fr-card").count() > 0, path
    referent.open("/conventions/")
    referent.main.locator("a[href^='/conventions/']").first.click()
    referent.look()

    referent.open("/ma-structure/")
    referent.follow("Inviter un collègue")
    referent.fill(email=COLLEAGUE, first_name="Bruno", last_name="Petit")
    referent.press(re.compile("invitation|Inviter"))
    colleague = person()
    link = colleague.mail(re.compile("Rejoignez"), to=COLLEAGUE).link_in_mail(
        "invitation"
    )
    colleague.open(link)
    colleague.choose_a_password()
    colleague.open("/ma-structure/")
    colleague.sees(STRUCTURE)
    assert colleague.page.get_by_role("link", name="Inviter un collègue").count() == 0
    referent.open("/ma-structure/")
    referent.sees("Bruno Petit")


# -- 3 ---------------------------------------------------------------------------------


def a_cpip_shares_a_judgment_and_ends_the_share(person, judgment) -> None:
    cpip = person("cpip")
    cpip.open("/dossiers/")
    cpip.follow("Ouvrir un dossier")
    cpip.fill(
        reference="E2E-2026-1",
        kind="placement à l’extérieur",
        ordered_by="juge de l’application des peines",
        court="Tribunal judiciaire de Fictiville",
        starts_on=in_days(-30),
        ends_on=in_days(300),
    )
    cpip.press("Ouvrir un dossier")
    case = cpip.path
    document = deposit(cpip, case, judgment)
    share = share_with(cpip, case, "Le Relais d’Ornel", "Amina Diallo")
    the_named_professional_alone_reads(person, document, judgment)

    cpip.open(share)
    cpip.sees("Lu par Amina Diallo le")
    cpip.follow("Mettre fin au partage")
    cpip.fill(reason="Le placement a pris fin")
    cpip.press("Mettre fin au partage")
    cpip.sees("terminé")
    reader = person("intervenant")
    assert reader.open(document) == 404
    assert reader.page.request.get(f"{document}fichier").status == 404


def deposit(cpip: Person, case: str, judgment: bytes) -> str:
    cpip.follow("Déposer un document")
    cpip.attach(b"PK rien", "jugement.pdf")
    cpip.fill(kind="jugement", dated_on=in_days(-31), court="Tribunal de Fictiville")
    # A script sends it, and leaves the page when the whole has come.
    send = cpip.main.get_by_role("button", name="Déposer un document")
    send.click()
    cpip.sees("n’est pas un PDF")
    expect(cpip.main.locator("[name=court]")).to_have_value("Tribunal de Fictiville")
    cpip.attach(judgment, "jugement.pdf")
    send.click()
    cpip.page.wait_for_url(re.compile("/documents/[0-9a-f-]{36}/$"))
    read = cpip.main.get_by_role("link", name="Lire le document")
    cpip.reload_until(read)
    cpip.look()
    return cpip.path


def share_with(cpip: Person, case: str, structure: str, name: str) -> str:
    cpip.open(f"{case}partager/")
    cpip.follow(structure)
    cpip.tick(re.compile("Jugement du"))
    assert cpip.main.get_by_label(re.compile("Chloé Guérin")).is_disabled()
    cpip.tick(re.compile(name))
    cpip.fill(
        purpose="Organiser l’accueil et le suivi du placement",
        ends_on=in_days(-1),
        informed_on=in_days(0),
    )
    cpip.main.locator("[name=legal_basis]").select_option(index=1)
    cpip.tick("oralement, en entretien")
    cpip.press("Relire avant de partager")
    cpip.sees("Cette date est déjà passée")
    cpip.fill(ends_on=in_days(900))
    cpip.press("Relire avant de partager")
    cpip.sees("Le partage peut aller jusqu’au")
    expect(cpip.main.locator("[name=purpose]")).to_have_value(
        "Organiser l’accueil et le suivi du placement"
    )
    cpip.fill(ends_on=in_days(60))
    cpip.press("Relire avant de partager")
    cpip.sees(name)
    cpip.press(re.compile("Partager avec 1 personne"))
    return cpip.path


def the_named_professional_alone_reads(person, document: str, judgment: bytes) -> None:
    reader = person("intervenant")
    reader.mail("Un document vous attend", to="amina.diallo@relais.example")
    mail = reader.main.inner_text()
    assert not [word for word in NAMES_AND_WORDS_NO_MAIL_MAY_HOLD if word in mail]
    reader.open("/partages/")
    reader.main.locator(f"a[href='{document}']").click()
    reader.look()
    answer = reader.page.request.get(f"{document}fichier")
    assert (answer.status, answer.body() == judgment) == (200, False)
    assert "Amina Diallo (Le Relais d’Ornel)" in text_of(answer.body())
    with pikepdf.open(io.BytesIO(answer.body())) as pdf:
        assert len(pdf.pages) == 1

    unknown = "/documents/00000000-0000-4000-8000-000000000000/"
    for slug in ("collegue", "autre-structure", "autre-spip", "cpip2", "direction"):
        stranger = person(slug)
        seen = []
        for path in (document, unknown):
            status = stranger.open(path)
            seen.append((status, stranger.main.inner_text()))
            assert stranger.page.request.get(f"{path}fichier").status == 404
        assert seen[0] == seen[1], slug
        assert seen[0][0] == 404, slug


# -- 4 ---------------------------------------------------------------------------------


def the_coordinator_sends_a_letter(person) -> None:
    coordinator = person("coordination")
    coordinator.open("/lettres/nouveau/")
    coordinator.fill(title="Le numéro de l’hiver", introduction="Bonjour à toutes.")
    for section in ("section_agreements", "section_actions"):
        boxes = coordinator.main.locator(f"[name={section}]")
        for index in range(2):
            boxes.nth(index).check(force=True)
    coordinator.press("Enregistrer et relire")
    coordinator.sees("Le numéro de l’hiver")
    coordinator.follow("Préparer l’envoi")
    left_open = coordinator.page.context.new_page()
    left_open.goto(coordinator.page.url)
    coordinator.press(re.compile(r"Envoyer à \d+ abonnés"))
    # The bar moves by itself: nobody reloads the page.
    coordinator.sees(re.compile("100.%|Tous|[Tt]erminé"))
    coordinator.look()
    before = sent_letters(coordinator)
    left_open.get_by_role("button", name=re.compile("Envoyer à")).click()
    expect(left_open.locator("main")).to_contain_text(re.compile("déjà"))
    assert sent_letters(coordinator) == before > 0

    reader = person()
    reader.open("/lettres/")
    reader.follow("Le numéro de l’hiver")
    reader.sees("Bonjour à toutes.")
    assert reader.main.locator("a[href*='/conventions/']").count() == 2
    assert reader.main.locator("a[href*='/actions/']").count() == 2


def sent_letters(somebody: Person) -> int:
    somebody.open("/demo/courriels/?q=numéro de l’hiver")
    return counted(somebody)


# -- 5 ---------------------------------------------------------------------------------


def the_coordinator_convenes_the_plenary(person) -> None:
    coordinator = person("coordination")
    coordinator.open("/reunions/nouvelle/")
    coordinator.fill(
        title="Plénière de printemps",
        day=in_days(-2),
        begins="09:30",
        finishes="12:00",
        place="Salle des fêtes",
        address="1 place de la Mairie, 55000 Fictiville",
    )
    coordinator.fill(agenda__0__title="Bilan de l’année", agenda__0__minutes="40")
    coordinator.press("Enregistrer le brouillon")
    coordinator.sees(re.compile("passé|venir|futur"))
    expect(coordinator.main.locator("[name=place]")).to_have_value("Salle des fêtes")
    coordinator.fill(day=in_days(60))
    coordinator.press("Enregistrer le brouillon")
    meeting = "/".join(coordinator.path.split("/")[:3]) + "/"
    coordinator.open(f"{meeting}invites/")
    coordinator.main.locator("textarea").first.fill("maire@fictiville.example")
    coordinator.press("Enregistrer et relire avant l’envoi")
    coordinator.press(re.compile("Envoyer 1 convocation"))

    mayor = person()
    mayor.mail(re.compile("."), to="maire@fictiville.example")
    attachments = mayor.main.inner_text()
    assert ".pdf" in attachments
    assert ".ics" in attachments
    answer = mayor.link_in_mail("reponse")
    mayor.open(answer)
    coordinator.open(meeting)
    coordinator.sees(re.compile("n’a pas encore répondu|sans réponse"))
    mayor.tick(re.compile("Je participe"))
    mayor.press("Envoyer ma réponse")
    mayor.sees("vous participez")
    coordinator.open(meeting)
    coordinator.sees("1 participe")
