"""What a structure, the coordination and an educator come to the portal for, played by
them on real parts; on every page met, Person.look finds nothing to say.

Each story stands alone, in any order. Structures and titles are its own, except in
the story which takes a convention from somebody who had one: it gives it back."""

import io
import re

import pikepdf
import pytest
from playwright.sync_api import expect

from spip_portal.demo.loading.source import siret
from tests.e2e.coordination import (
    add_annex,
    confirm_category,
    decide,
    end_in,
    open_partnership,
    propose_category,
    sign_agreement,
)
from tests.e2e.person import PASSPHRASE, Person, code_of, pdf_of
from tests.ui.browser import PHONE

CASE_ENTRY = "Documents partagés"
LATER = "Déposé en mairie ; à relire avec la trésorière."


# -- 1 ---------------------------------------------------------------------------------

CONTACT = "ines.morel@lavoir.example"
STRUCTURE = "Atelier du Lavoir"
NEW, WRONG = siret(9001), siret(9001)[:-1] + str((int(siret(9001)[-1]) + 1) % 10)


def test_a_referent_registers_their_structure(person):
    """As an association's référent, I register my structure: a wrong SIRET or one that
    is there is said, my draft is kept, a refusal gives its reason and I send again;
    validated, I see missions and conventions at once, and no case menu before the
    three badges, the second factor and the charter."""
    proof = pdf_of("Statuts")
    they_look_for_it_first(person())
    they_come_back_to_their_draft(person, proof)
    contact = they_confirm_their_address(person())
    coordinator = person("coordination")
    the_coordinator_refuses(coordinator, proof)
    they_read_why_and_send_again(contact)
    coordinator.open("/partenaires/demandes/")
    coordinator.follow(STRUCTURE)
    decide(
        coordinator, "Valider", "Valider le partenariat", "Le partenariat est validé"
    )
    they_sign_in_and_read(person())
    they_earn_the_case_menu(person, contact, coordinator)


def they_look_for_it_first(visitor: Person) -> None:
    visitor.open("/")
    visitor.go("Devenir partenaire")
    visitor.fill(q=WRONG)
    visitor.press("Chercher")
    visitor.sees("SIRET n’est pas valable")
    expect(visitor.main.locator("[name=q]")).to_have_value(WRONG)
    visitor.fill(q=siret(1))
    visitor.press("Chercher")
    expect(visitor.main.get_by_role("button", name="Inscrire")).to_have_count(0)
    visitor.sees("Ce SIRET est déjà inscrit")
    visitor.follow("Demander à rejoindre cette structure")
    assert visitor.main.get_by_role("button", name="Envoyer ma demande").count() == 1


def they_come_back_to_their_draft(person, proof: bytes) -> None:
    visitor = person()
    visitor.open("/partenaires/inscription/")
    visitor.fill(q=NEW)
    visitor.press("Chercher")
    visitor.press("Inscrire une nouvelle structure")
    expect(visitor.main.locator("[name=siret]")).to_have_value(NEW)
    visitor.fill(
        spip="Val d’Ornel", name=STRUCTURE, description=LATER, resume_email=CONTACT
    )
    visitor.press("Enregistrer et continuer")
    visitor.fill(kind="CHRS", address="2 rue du Lavoir", city="Fictiville")
    visitor.press("Enregistrer et continuer")
    visitor.sees("Ce champ est obligatoire")
    visitor.page.context.close()

    back = person()
    back.open(back.mail("Reprenez", to=CONTACT).link_in_mail("inscription"))
    expect(back.main.locator("[name=address]")).to_have_value("2 rue du Lavoir")
    back.fill(postcode="55000", milieu="milieu ouvert")
    back.tick("Hébergement et logement")
    back.press("Enregistrer et continuer")
    back.fill(first_name="Inès", last_name="Morel", function="directrice")
    back.fill(email=CONTACT)
    back.attach(b"PK rien", "statuts.pdf")
    back.press("Enregistrer et continuer")
    back.sees("n’est pas un PDF")
    back.attach(proof, "statuts.pdf")
    back.press("Enregistrer et continuer")
    for kept in (LATER, "2 rue du Lavoir", "Inès", "PDF, "):
        back.sees(kept)
    back.press("Envoyer la demande")
    back.sees("Un courriel vient de partir")


def they_confirm_their_address(contact: Person) -> Person:
    contact.open(contact.mail("Confirmez", to=CONTACT).link_in_mail("invitation"))
    contact.choose_a_password()
    contact.open("/ma-structure/")
    contact.sees("compte en attente de validation")
    assert CASE_ENTRY not in contact.menu
    return contact


def the_coordinator_refuses(coordinator: Person, proof: bytes) -> None:
    coordinator.open("/partenaires/demandes/")
    coordinator.follow(STRUCTURE)
    shown = coordinator.main.get_by_role("link", name=re.compile("justificatif du"))
    coordinator.reload_until(shown)
    assert coordinator.download(re.compile("justificatif du")) == proof
    coordinator.follow("Refuser")
    coordinator.press("Refuser la demande")
    coordinator.sees("Ce champ est obligatoire")
    coordinator.fill(reason="Il manque le nombre de places.")
    coordinator.press("Refuser la demande")
    coordinator.sees("La demande est refusée")


def they_read_why_and_send_again(contact: Person) -> None:
    contact.mail("n’est pas acceptée", to=CONTACT)
    contact.sees("Il manque le nombre de places.")
    contact.open("/ma-structure/")
    contact.sees("Motif donné par le service : Il manque le nombre de places.")
    contact.follow("Modifier la page")
    contact.fill(description="Douze places d’hébergement.")
    contact.press("Enregistrer")
    contact.sees("Douze places d’hébergement.")
    decide(
        contact, "Renvoyer la demande", "Renvoyer", "compte en attente de validation"
    )


def they_sign_in_and_read(contact: Person) -> None:
    contact.mail("Votre partenariat est validé", to=CONTACT)
    contact.sign_in(CONTACT)
    for entry, section in (
        ("Missions", "/missions/"),
        ("Conventions", "/conventions/"),
    ):
        contact.go(entry)
        contact.main.locator(f"a[href^='{section}']").first.click()
        contact.look()
    assert CASE_ENTRY not in contact.menu


def they_earn_the_case_menu(person, contact: Person, coordinator: Person) -> None:
    """What is missing, one after the other; the menu comes with the last."""
    sign_agreement(coordinator, STRUCTURE, title="Convention du Lavoir")
    propose_category(coordinator, STRUCTURE)
    confirm_category(person("direction"), STRUCTURE)
    open_partnership(coordinator, STRUCTURE)
    coordinator.sees("habilitée aux données nominatives")
    coordinator.follow("Désigner Inès Morel")
    coordinator.press("Désigner")
    contact.open("/")
    assert CASE_ENTRY not in contact.menu
    contact.follow("Lire et accepter la charte")
    contact.main.get_by_role("checkbox").check(force=True)
    contact.press("Accepter la charte")
    assert CASE_ENTRY not in contact.menu
    contact.open("/")
    contact.follow("Activer la double authentification")
    contact.fill(password=PASSPHRASE)
    contact.press("Continuer")
    contact.fill(code=code_of(contact.main.locator("code").inner_text()))
    contact.press("Activer")
    contact.open("/")
    assert CASE_ENTRY in contact.menu
    contact.go(CASE_ENTRY)
    contact.sees("Documents partagés avec moi")


# -- 2 ---------------------------------------------------------------------------------

GARDENS = "Les Jardins partagés de Rivemont"


def test_a_coordinator_validates_a_structure(person):
    """As coordinator, I validate a structure: the oldest request first, its category
    proposed by me and confirmed by the direction, never by who proposed it; the end of
    a convention takes the badge for named data away, and never the account; corrected,
    it gives the badge back."""
    coordinator = person("coordination")
    the_oldest_request_comes_first(coordinator)
    page = open_partnership(coordinator, GARDENS, state="submitted")
    decide(
        coordinator, "Valider", "Valider le partenariat", "Le partenariat est validé"
    )
    coordinator.sees("décision de Nadia Benali")
    nobody_confirms_alone(person, page)
    the_badge_lapses_and_the_account_stays(person, coordinator)


def the_oldest_request_comes_first(coordinator: Person) -> None:
    coordinator.open("/")
    coordinator.sees("Demandes de partenariat à examiner")
    coordinator.open("/partenaires/demandes/?state=submitted")
    rows = coordinator.main.locator("tbody tr td:first-child").all_inner_texts()
    nine_days_old, two_days_old = rows.index(GARDENS), rows.index("Logis et Vous")
    assert nine_days_old < two_days_old


def nobody_confirms_alone(person, page: str) -> None:
    """Another category than the coordinator's, proposed by the direction, waits for
    the other direction."""
    coordinator, direction = person("coordination"), person("direction")
    propose_category(coordinator, GARDENS)
    coordinator.sees("En attente de la direction.")
    assert coordinator.open(f"{page}categorie/confirmer/") == 404
    propose_category(direction, GARDENS, "établissement ou service social")
    assert direction.open(f"{page}categorie/confirmer/") == 404
    confirm_category(person("direction2"), GARDENS)
    coordinator.open(page)
    coordinator.sees("Proposée par Hélène Garnier")
    coordinator.sees("Confirmée par Marc Dubois")


def the_badge_lapses_and_the_account_stays(person, coordinator: Person) -> None:
    reader = person("autre-structure")
    reader.open("/ma-structure/")
    reader.sees("habilitée aux données nominatives")
    expect(reader.main).not_to_contain_text("non habilitée")
    assert CASE_ENTRY in reader.menu
    coordinator.open("/conventions/?q=L’Escale")
    coordinator.follow("Convention de coopération pour les soins")
    end_in(coordinator, coordinator.path, -1)
    coordinator.sees("échue")
    reader.open("/ma-structure/")
    reader.sees("compte validé")
    reader.sees("sans convention en vigueur")
    reader.sees("non habilitée aux données nominatives")
    assert CASE_ENTRY not in reader.menu
    assert reader.open("/conventions/") == 200
    end_in(coordinator, coordinator.path, 480)
    reader.open("/ma-structure/")
    assert CASE_ENTRY in reader.menu


# -- 3 ---------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["", "intervenant"])
def test_an_educator_reads_what_the_spip_does(person, slug):
    """As an educator, I read what the SPIP does: missions, glossary, « qui contacter »
    and the calendar in two clicks at most, on a phone, without JavaScript, and on
    paper."""
    reader = person(slug, viewport=PHONE, java_script_enabled=False)
    with_scripts = person(slug, viewport=PHONE)
    for clicks, read in (
        (["Lexique"], "PPSMJ"),
        (["Qui contacter"], "Les antennes"),
        (["Calendrier"], "Mois suivant"),
        (["Missions", "Organiser le placement à l’extérieur"], "réunion tripartite"),
    ):
        reader.open("/")
        for name in clicks:
            reader.go(name)
        reader.sees(read)
        with_scripts.open(reader.path)
    with pikepdf.open(io.BytesIO(reader.download("Imprimer cette page"))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert len(pdf.Root.StructTreeRoot.K) > 0
        assert str(pdf.Root.Lang).startswith("fr")


# -- 4 ---------------------------------------------------------------------------------

TITLE = "Protocole des matinées du Lavoir"


def test_a_coordinator_publishes_a_convention(person, ring):
    """As Jeanne, I publish a convention: kind, parties, dates and PDF, an annex for the
    parties alone, an alert at 180, 90 and 30 days; over, it is shown as such, and it is
    in the next newsletter's proposal."""
    coordinator = person("coordination")
    signed, secret = pdf_of("Texte signé"), pdf_of("Annexe financière")
    page = sign_agreement(
        coordinator,
        "Le Relais d’Ornel",
        title=TITLE,
        kind="protocole",
        audience="tout public",
    )
    add_annex(coordinator, page, "Texte signé", "quiconque", signed)
    add_annex(coordinator, page, "Annexe financière", "parties et agents", secret)
    each_reads_what_is_theirs(person, page, signed, secret)
    they_are_warned_three_times(coordinator, page, ring)
    coordinator.open("/lettres/nouveau/")
    coordinator.tick(re.compile(TITLE))
    end_in(coordinator, page, -1)
    coordinator.sees("échue")
    visitor = person()
    visitor.open(f"/conventions/?q={TITLE}")
    visitor.sees("échue")


def each_reads_what_is_theirs(person, page: str, signed: bytes, secret: bytes) -> None:
    party = person("referent")
    party.open(page)
    assert party.download("Texte signé") == signed
    assert party.download("Annexe financière") == secret
    kept = party.main.get_by_role("link", name="Annexe financière")
    address = kept.get_attribute("href")
    for slug in ("", "autre-structure"):
        stranger = person(slug)
        stranger.open(page)
        assert stranger.download("Texte signé") == signed
        expect(stranger.main).not_to_contain_text("Annexe financière")
        answer = stranger.page.request.get(address)
        assert (answer.status, secret in answer.body()) == (404, False), slug


def they_are_warned_three_times(coordinator: Person, page: str, ring) -> None:
    """Its référent and the coordination, once each time however often the job runs."""
    subject, referent = "Une convention finit bientôt", "julien.perrin@relais.example"
    for number, days in enumerate((180, 90, 30), start=1):
        end_in(coordinator, page, days)
        for _hour in range(2):
            ring("partners.warn_ending_agreements")
        received = coordinator.mails(subject, to=referent)
        coordinator.wait_for(received.nth(number - 1), to=referent)
        assert received.count() == number
        coordinator.mail(subject, to=referent)
        coordinator.sees(f"« {TITLE} » finit le")
        coordinator.sees(f"dans {days} jours")
    coordinator.mail(subject, to="nadia.benali@spip.example")
    coordinator.sees(TITLE)
