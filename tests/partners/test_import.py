"""A list of partners comes in from a spreadsheet, and the directory goes out as one."""

import csv

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from partners.models import Invitation, Membership, Organisation, Partnership
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.conftest import mails
from tests.partners.factories import (
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    partner,
    siret,
)

IMPORT = "/partenaires/importer/"
HEADER = "Nom;Type;SIRET;Adresse;Code postal;Commune;Téléphone;Thématiques"


def line(number: int, name: str = "Les Tilleuls", **cells) -> str:
    said = {
        "kind": "Hébergement d’urgence",
        "address": "2 rue Haute",
        "postcode": "55000",
        "city": "Ornel",
        "phone": "0300000000",
        "themes": "Emploi",
    } | cells
    return ";".join([name, said.pop("kind"), siret(number), *said.values()])


def sheet(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([header, *lines]).encode(encoding)


def look_over(coordinator, content: bytes):
    uploaded = SimpleUploadedFile("liste.csv", content, "text/csv")
    return client_of(coordinator).post(IMPORT, {"file": uploaded})


def bring_in(coordinator, content: bytes):
    text = look_over(coordinator, content).context["form"].initial["text"]
    return client_of(coordinator).post(IMPORT, {"text": text})


def outcomes(response) -> list[tuple[int, str]]:
    return [(fate.entry.number, fate.outcome) for fate in response.context["fates"]]


def test_the_fate_of_each_line_is_shown_before_anything_is_written(coordinator, spip):
    kept = partner(spip, siret=siret(1), name="Les Tilleuls", phone="")
    unkept = partner(spip, siret=siret(2), city="Ailleurs", name="Ancien nom")
    MembershipFactory(organisation=kept, referent=True)
    PartnershipFactory(spip=spip, organisation__siret=siret(3))  # a request
    elsewhere = OrganisationFactory(siret=siret(4))
    content = sheet(
        line(1, "Nom réécrit"),
        line(2),
        line(3),
        line(4),
        line(5),
        line(5, "Encore"),
        line(6, kind="Inconnu", postcode="5500"),
    )
    page = look_over(coordinator, content)
    assert outcomes(page) == [
        (2, "same"),
        (3, "updated"),
        (4, "refused"),
        (5, "updated"),
        (6, "created"),
        (7, "refused"),
        (8, "refused"),
    ]
    assert "Son référent tient sa fiche" in page.text
    assert "déjà à la ligne 6" in page.text
    assert "n’est pas dans la liste" in page.text
    assert "code postal a cinq chiffres" in page.text
    assert "Importer 3 structures" in page.text
    unkept.refresh_from_db()
    assert unkept.city == "Ailleurs"
    assert not Organisation.objects.filter(siret=siret(5)).exists()
    assert not elsewhere.partnerships.exists()


def test_then_it_is_done_at_once_and_nobody_is_written_to(coordinator, spip):
    unkept = partner(spip, siret=siret(2), city="Ailleurs")
    page = bring_in(coordinator, sheet(line(2), line(5), line(5)))
    assert page.url == "/annuaire/"
    unkept.refresh_from_db()
    assert (unkept.name, unkept.city, unkept.phone) == (
        "Les Tilleuls",
        "Ornel",
        "0300000000",
    )
    made = Partnership.objects.get(organisation__siret=siret(5))
    assert (made.spip, made.is_validated, made.decided_by) == (spip, True, coordinator)
    assert [theme.label for theme in made.organisation.themes.all()] == ["Emploi"]
    assert mails() == []
    again = look_over(coordinator, sheet(line(2), line(5)))
    assert outcomes(again) == [(2, "same"), (3, "same")]
    assert "Ce fichier ne change rien" in again.text


def test_an_empty_cell_erases_nothing(coordinator, spip):
    known = partner(spip, siret=siret(2), name="Les Tilleuls", phone="0399999999")
    bring_in(coordinator, sheet(line(2, phone="")))
    known.refresh_from_db()
    assert known.phone == "0399999999"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_what_spreadsheets_write_is_read(coordinator, encoding, separator):
    content = sheet(line(5, "Hébergés & Cie"), encoding=encoding)
    content = content.replace(b";", separator.encode())
    (fate,) = look_over(coordinator, content).context["fates"]
    assert (fate.outcome, fate.entry.name) == ("created", "Hébergés & Cie")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "vide"),
        (sheet(line(5), encoding="utf-16"), "n’est pas un CSV lisible"),
        (b"PK\x03\x04\0\0", "n’est pas un CSV lisible"),
        (sheet(line(5), header="a;b;c"), "Il manque"),
        (sheet(line(5), header=HEADER.replace(";SIRET", "")), "siret"),
        (sheet(line(5)).replace(b";", b"|"), "Il manque"),
        (sheet(), "aucune structure"),
        (sheet(line(5, '"Sans fin')), "mal formée"),
        (sheet(*[line(5)] * 2001), "2000 structures"),
        (sheet(line(5), header=f"{HEADER};Nom"), "deux fois"),
        (b"x" * 800_001, "dépasse"),
        (sheet(line(5)).ljust(50 * 1024 * 1024), "dépasse"),
    ],
)
def test_a_file_that_is_no_list_is_refused_at_its_field(coordinator, content, reason):
    response = look_over(coordinator, content)
    assert reason in " ".join(response.context["form"].errors["file"])
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        # As an old Mac writes « é », and as a cut in the middle of one leaves it.
        (line(5, "Hébergés").encode("mac_roman"), "illisible"),
        (line(5, "Abri").encode() + b"\x9d", "illisible"),
        (line(5).replace(";", ",").encode(), "obligatoire"),
        (line(5, "Abri; annexe").encode(), "Plus de cellules que de colonnes"),
        (line(2).encode(), "déjà à la ligne 2"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_and_spares_the_others(
    coordinator, bad, reason
):
    """Another encoding or another separator than the file's, the same SIRET twice."""
    content = sheet(line(2, "Abri")) + b"\r\n" + bad
    page = look_over(coordinator, content)
    assert outcomes(page) == [(2, "created"), (3, "refused")]
    assert reason in page.text
    bring_in(coordinator, content)
    assert Organisation.objects.get().siret == siret(2)


@pytest.mark.parametrize("count", [1, 30])
def test_looking_over_costs_the_same_for_any_number(
    count, coordinator, spip, django_assert_num_queries
):
    for number in range(count):
        partner(spip, siret=siret(number))
    content = sheet(*(line(number) for number in range(count)))
    uploaded = SimpleUploadedFile("liste.csv", content, "text/csv")
    browser = client_of(coordinator)
    with django_assert_num_queries(12):
        browser.post(IMPORT, {"file": uploaded})


def test_only_a_coordinator_brings_in(manager, cpip, referent):
    for user in (manager, cpip, referent):
        assert_closed(IMPORT, user)


# -- Somebody to keep them -----------------------------------------------------------


def test_the_coordinator_invites_a_referent_where_there_is_none(coordinator, spip):
    partnership = PartnershipFactory(spip=spip, validated=True)
    address = f"/partenaires/{partnership.uuid}/inviter-un-referent/"
    browser = client_of(coordinator)
    assert address in browser.get(f"/partenaires/{partnership.uuid}/").text
    for _ in range(2):  # a second link replaces the first
        browser.post(address, {"email": "odile@asso.example"})
    invitation = Invitation.objects.open().get()
    assert invitation.role == Membership.Role.REFERENT
    assert "odile@asso.example" in browser.get(f"/partenaires/{partnership.uuid}/").text
    MembershipFactory(organisation=partnership.organisation, referent=True)
    assert browser.post(address, {"email": "autre@asso.example"}).status_code == 404
    assert address not in browser.get(f"/partenaires/{partnership.uuid}/").text


# -- Out -----------------------------------------------------------------------------


def exported(user, query: str = "") -> list[dict[str, str]]:
    response = client_of(user).get(f"/annuaire/?format=csv{query}")
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def test_a_visitor_exports_the_public_directory_without_where_people_live(spip):
    partner(spip, name="Publique", audience="public", kind__takes_people_in=True)
    partner(spip, name="Du réseau")
    (row,) = exported(None)
    assert row["nom"] == "Publique"
    assert (row["adresse"], row["code_postal"]) == ("", "")


def test_the_export_keeps_the_filters_and_comes_in_again(coordinator, spip):
    partner(spip, name="Alpha", description="Une ferme.")
    partner(spip, name="Beta")
    (row,) = exported(coordinator, "&q=alpha")
    assert row["presentation"] == "Une ferme."
    content = client_of(coordinator).get("/annuaire/?format=csv").content
    assert outcomes(look_over(coordinator, content)) == [(2, "same"), (3, "same")]


def test_a_cell_never_begins_a_formula(coordinator, spip):
    partner(spip, name="=HYPERLINK(1)")
    assert exported(coordinator)[0]["nom"] == "'=HYPERLINK(1)"
