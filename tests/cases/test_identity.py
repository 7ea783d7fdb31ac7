"""Who a person is: sealed, read by whoever follows the case, found by a keyed hash."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from cases.identity import Identity, plain
from cases.models import Case, Person
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.actor import actor
from spip_portal.security.dates import today
from spip_portal.vault.envelope import VaultError
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    AssignmentFactory,
    CaseFactory,
    MeasureFactory,
    PersonFactory,
)
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
KEVIN = {"last_name": "Marchal", "first_name": "Kévin", "born_on": "1991-03-14"}


@pytest.fixture
def person():
    person = PersonFactory()
    MeasureFactory(case=person.case)
    return person


def stored() -> bytes:
    """All that the table holds, as a dump would."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("select sealed || digest from cases_person")
        return b"".join(bytes(row[0]) for row in cursor.fetchall())


# -- At rest ------------------------------------------------------------------------


def test_the_table_holds_no_name(person):
    assert stored()
    for word in ("Marchal", "marchal", "Kevin", "1991"):
        assert word.encode() not in stored()


def test_a_block_moved_to_another_case_does_not_open(person):
    thief = CaseFactory()
    with as_owner():
        Person.objects.filter(pk=person.pk).update(case=thief)
        moved = Person.objects.select_related("case").get()
    with pytest.raises(VaultError):
        str(moved.identity)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Saïdi-Le Goff", "SAIDI le goff"),
        ("d’Œuvre", "D'OEUVRE"),
        ("Müller", "muller"),
    ],
)
def test_accents_case_spaces_and_hyphens_make_no_difference(one, other):
    assert plain(one) == plain(other) != ""


def test_the_same_person_has_another_hash_in_another_service():
    who = Identity("Marchal", "Kevin", date(1991, 3, 14))
    assert who.digest(1) != who.digest(2)
    assert who.digest(1) == Identity("MARCHAL", "kévin", who.born_on).digest(1)
    assert who.digest(1) != Identity("Marchal", "Kevin", date(1991, 3, 15)).digest(1)


def test_what_was_written_under_a_former_key_is_still_found(person, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "une autre clef, assez longue pour signer quoi que ce soit"
    who = Identity("Marchal", "Kevin", date(1991, 3, 14))
    with actor(person.case.referent):
        assert Person.objects.who_are(who, person.case.spip_id).get() == person


# -- Who reads ----------------------------------------------------------------------


def test_only_who_follows_the_case_reads_who_it_is(person):
    case = person.case
    substitute = agent(Role.CPIP, case.spip)
    AssignmentFactory(case=case, user=substitute)
    strangers = [agent(role, case.spip) for role in Role] + [agent(Role.CPIP)]
    for user in (case.referent, substitute, *strangers):
        may = user in (case.referent, substitute)
        with actor(user):
            assert Person.objects.exists() == may
        with as_owner():
            assert Person.objects.visible_to(user).exists() == may


def test_the_direction_sees_the_case_and_not_the_name(person):
    address = f"/dossiers/{person.case.uuid}/"
    assert "Marchal" in client_of(person.case.referent).get(address).text
    page = client_of(agent(Role.MANAGER, person.case.spip)).get(address)
    assert page.status_code == 200
    assert "Marchal" not in page.text


def test_nobody_writes_who_it_is_in_a_case_they_do_not_follow():
    case = CaseFactory()
    intruder = agent(Role.CPIP, case.spip)
    who = Identity("Marchal", "Kevin", date(1991, 3, 14))
    with actor(intruder), pytest.raises(ProgrammingError), transaction.atomic():
        Person.objects.create(
            case=case,
            sealed=who.seal(case.uuid.bytes),
            digest=who.digest(case.spip_id),
            written_by=intruder,
        )
    assert (
        client_of(intruder).get(f"/dossiers/{case.uuid}/identite/").status_code == 404
    )


# -- Written ------------------------------------------------------------------------


def shown(browser, case) -> str:
    """The version that the page shows now."""
    form = browser.get(f"/dossiers/{case.uuid}/identite/").context["form"]
    return form["seen"].value() or ""


def test_it_is_written_corrected_and_forgotten():
    case = CaseFactory()
    browser, address = client_of(case.referent), f"/dossiers/{case.uuid}/identite/"
    browser.post(address, KEVIN)
    browser.post(
        address, KEVIN | {"last_name": "Marchand", "seen": shown(browser, case)}
    )
    with as_owner():
        assert case.person.identity.last_name == "Marchand"
    assert 'value="Marchand"' in browser.get(address).text
    browser.post(address, {"seen": shown(browser, case)})
    with as_owner():
        assert not Person.objects.exists()
    verbs = Entry.objects.filter(object_kind="identité").order_by("pk")
    assert [e.verb for e in verbs] == [Verb.CHANGE, Verb.CHANGE, Verb.ERASE]


def test_two_editors_of_an_identity_the_second_sees_the_difference(person):
    """SECURITY 36: nothing is overwritten, nor erased, unseen."""
    browser = client_of(person.case.referent)
    address = f"/dossiers/{person.case.uuid}/identite/"
    seen = shown(browser, person.case)
    browser.post(address, KEVIN | {"last_name": "Marchand", "seen": seen})
    typed = KEVIN | {"first_name": "Kévyn", "seen": seen}
    page = browser.post(address, typed)
    assert [(d.saved, d.typed) for d in page.context["differences"]] == [
        ("Marchand", "Marchal"),
        ("Kévin", "Kévyn"),
    ]
    assert 'value="Kévyn"' in page.text
    assert browser.post(address, {"seen": seen}).status_code == 200
    with as_owner():
        assert Person.objects.get().identity.last_name == "Marchand"
    # Having seen it, they save over it knowingly.
    browser.post(address, typed | {"seen": page.context["form"]["seen"].value()})
    with as_owner():
        assert Person.objects.get().identity.first_name == "Kévyn"


@pytest.mark.parametrize("is_erased", [True, False])
def test_an_identity_erased_or_first_written_meanwhile_is_a_difference_too(is_erased):
    case = CaseFactory()
    browser, address = client_of(case.referent), f"/dossiers/{case.uuid}/identite/"
    seen = shown(browser, case)
    browser.post(address, KEVIN | {"seen": seen})
    if is_erased:
        seen = shown(browser, case)
        browser.post(address, {"seen": seen})
    page = browser.post(address, KEVIN | {"last_name": "Marchand", "seen": seen})
    saved = ["–", "–", "–"] if is_erased else ["Marchal"]
    assert [d.saved for d in page.context["differences"]] == saved


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"born_on": ""}, {"born_on"}),
        ({"last_name": "", "first_name": ""}, {"last_name", "first_name"}),
        ({"born_on": "2091-03-14"}, {"born_on"}),
        ({"first_name": "–"}, {"first_name"}),
    ],
)
def test_a_part_of_an_identity_is_refused_and_kept_in_the_form(typed, wrong):
    case = CaseFactory()
    page = client_of(case.referent).post(
        f"/dossiers/{case.uuid}/identite/", KEVIN | typed
    )
    assert set(page.context["form"].errors) == wrong
    kept = {value for value in (KEVIN | typed).values() if value}
    assert [value for value in kept if f'value="{value}"' not in page.text] == []
    with as_owner():
        assert not Person.objects.exists()


# -- Found --------------------------------------------------------------------------


def test_a_person_is_found_however_their_name_is_typed(person):
    page = client_of(person.case.referent).post(
        "/dossiers/retrouver/", KEVIN | {"last_name": " MARCHAL "}
    )
    assert list(page.context["cases"]) == [person.case]
    line = Entry.objects.get(verb=Verb.SEARCH)
    assert (line.count, line.object_uuid, line.motive) == (1, None, "")


def test_a_case_that_a_colleague_follows_is_not_found(person):
    browser = client_of(agent(Role.CPIP, person.case.spip))
    page = browser.post("/dossiers/retrouver/", KEVIN)
    assert list(page.context["cases"]) == []
    assert "Aucun de vos dossiers" in page.text
    assert Entry.objects.get(verb=Verb.SEARCH).count == 0


def test_no_name_is_ever_in_an_address(person):
    """Given in the address, it is not looked for; the form posts."""
    browser = client_of(person.case.referent)
    query = "last_name=Marchal&first_name=Kevin&born_on=1991-03-14"
    page = browser.get(f"/dossiers/retrouver/?{query}")
    assert page.context["cases"] is None
    assert 'method="post"' in page.text
    assert not Entry.objects.filter(verb=Verb.SEARCH).exists()


def test_an_incomplete_search_says_what_is_missing(person):
    browser = client_of(person.case.referent)
    page = browser.post("/dossiers/retrouver/", KEVIN | {"born_on": ""})
    assert set(page.context["form"].errors) == {"born_on"}
    assert not Entry.objects.filter(verb=Verb.SEARCH).exists()


# -- Two cases of one person ---------------------------------------------------------


def opening(**changes) -> dict:
    return {
        "reference": "AB-12",
        "sensitivity": 1,
        "milieu": "open",
        "kind": "placement",
        "ordered_by": "jap",
        "court": "TJ fictif",
        "starts_on": today(),
        **KEVIN,
        **changes,
    }


def test_a_second_case_of_a_person_is_opened_knowingly(person, settings):
    settings.REAL_DATA_ACT = "Arrêté fictif"
    browser = client_of(person.case.referent)
    page = browser.post("/dossiers/ouvrir/", opening())
    assert person.case.reference in page.context["form"].errors["is_second"][0]
    with as_owner():
        assert Case.objects.count() == 1
    browser.post("/dossiers/ouvrir/", opening(is_second="on"))
    with as_owner():
        assert Person.objects.count() == 2


def test_a_second_case_is_asked_about_only_where_there_is_a_first(person, settings):
    """Whatever else was refused, and whatever was confirmed for somebody else."""
    settings.REAL_DATA_ACT = "Arrêté fictif"
    browser = client_of(person.case.referent)
    other = {"first_name": "Zoé"}

    def is_asked(**changes) -> bool:
        page = browser.post("/dossiers/ouvrir/", opening(court="", **changes))
        assert "court" in page.context["form"].errors
        return "is_second" in page.text

    assert "is_second" not in browser.get("/dossiers/ouvrir/").text
    assert not is_asked(**other, is_second="False")
    assert not is_asked(**other, is_second="on")
    assert not is_asked(born_on="", is_second="on")
    assert is_asked()
    assert is_asked(is_second="on")


def test_the_case_of_a_colleague_is_not_hinted_at(person, settings):
    settings.REAL_DATA_ACT = "Arrêté fictif"
    colleague = agent(Role.CPIP, person.case.spip)
    response = client_of(colleague).post("/dossiers/ouvrir/", opening())
    assert response.status_code == 302
    with as_owner():
        assert (
            Case.objects.get(referent=colleague).person.identity.first_name == "Kévin"
        )
