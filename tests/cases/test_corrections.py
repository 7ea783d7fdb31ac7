"""Measures and cases are corrected: what may be written, by whom, and one after the
other."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.enums import MeasureKind, Milieu, Obligation, ReleaseUnknown
from cases.models import Case, Measure
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.dates import today
from tests.accounts.factories import agent, client_of
from tests.cases.factories import AssignmentFactory, CaseFactory, MeasureFactory
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def now(row):
    with as_owner():
        return type(row).objects.get(pk=row.pk)


def measure_form(measure: Measure, **changes) -> dict:
    return {
        "kind": measure.kind,
        "ordered_by": measure.ordered_by,
        "court": measure.court,
        "starts_on": measure.starts_on,
        "seen": measure.version,
        **changes,
    }


def case_form(case: Case, **changes) -> dict:
    return {
        "reference": case.reference,
        "milieu": case.milieu,
        "prison": case.prison,
        "release_on": case.release_on or "",
        "release_unknown": case.release_unknown,
        "seen": case.version,
        **changes,
    }


# -- Measures -----------------------------------------------------------------------


def test_a_measure_is_corrected_with_its_obligations():
    measure = MeasureFactory()
    browser = client_of(measure.case.referent)
    chosen = [Obligation.CARE, Obligation.SUMMONS]
    response = browser.post(
        f"/mesures/{measure.uuid}/modifier/",
        measure_form(measure, kind=MeasureKind.DDSE, obligations=chosen),
    )
    assert response.url == f"/dossiers/{measure.case.uuid}/"
    assert now(measure).kind == MeasureKind.DDSE
    assert now(measure).obligation_labels == [
        Obligation.SUMMONS.label,
        Obligation.CARE.label,
    ]
    assert "Répondre aux convocations" in browser.get(response.url).text
    assert (
        Entry.objects.filter(verb=Verb.CHANGE, object_uuid=measure.case.uuid).count()
        == 1
    )


def test_the_direction_reads_the_measure_without_its_obligations():
    measure = MeasureFactory(obligations=[Obligation.CARE])
    manager = agent(Role.MANAGER, measure.case.spip)
    page = client_of(manager).get(f"/dossiers/{measure.case.uuid}/")
    assert measure.court in page.text
    assert str(Obligation.CARE.label) not in page.text.lower()


def test_an_obligation_that_the_law_does_not_list_is_refused():
    measure = MeasureFactory()
    page = client_of(measure.case.referent).post(
        f"/mesures/{measure.uuid}/modifier/",
        measure_form(measure, obligations=["vol à l’étalage"]),
    )
    assert set(page.context["form"].errors) == {"obligations"}
    with pytest.raises(IntegrityError), transaction.atomic(), as_owner():
        Measure.objects.filter(pk=measure.pk).update(obligations=["vol"])


def test_the_contrainte_penale_belongs_to_the_past():
    measure = MeasureFactory()
    browser = client_of(measure.case.referent)
    address = f"/mesures/{measure.uuid}/modifier/"
    abolished = measure_form(measure, kind=MeasureKind.CONSTRAINT)
    page = browser.post(address, abolished | {"starts_on": "2020-03-24"})
    assert set(page.context["form"].errors) == {"kind"}
    assert browser.post(address, abolished | {"starts_on": "2020-03-23"}).url
    with pytest.raises(IntegrityError), transaction.atomic(), as_owner():
        Measure.objects.filter(pk=measure.pk).update(starts_on=date(2020, 3, 24))


def test_two_editors_of_a_measure_the_second_sees_the_difference():
    """SECURITY 36: field by field, in words; nothing is overwritten."""
    measure = MeasureFactory(court="TJ de Valornel")
    colleague = agent(Role.CPIP, measure.case.spip)
    AssignmentFactory(case=measure.case, user=colleague)
    address = f"/mesures/{measure.uuid}/modifier/"
    first = measure_form(measure, kind=MeasureKind.TIG, obligations=[Obligation.CARE])
    client_of(colleague).post(address, first)
    second = measure_form(measure, kind=MeasureKind.DDSE)
    browser = client_of(measure.case.referent)
    page = browser.post(address, second)
    assert [(d.saved, d.typed) for d in page.context["differences"]] == [
        (MeasureKind.TIG.label, MeasureKind.DDSE.label),
        (Obligation.CARE.label, "–"),
    ]
    assert now(measure).kind == MeasureKind.TIG
    # Having seen it, they save over it knowingly.
    seen = page.context["form"]["seen"].value()
    browser.post(address, second | {"seen": seen})
    assert now(measure).kind == MeasureKind.DDSE


def test_a_measure_of_a_case_that_one_does_not_follow_is_missing():
    measure = MeasureFactory()
    address = f"/mesures/{measure.uuid}/modifier/"
    for other in (
        agent(Role.CPIP, measure.case.spip),
        agent(Role.MANAGER, measure.case.spip),
    ):
        browser = client_of(other)
        assert browser.get(address).status_code == 404
        assert browser.post(address, measure_form(measure)).status_code == 404


# -- Cases --------------------------------------------------------------------------


def test_a_case_is_corrected_once_by_two_editors():
    case = CaseFactory()
    browser = client_of(case.referent)
    address = f"/dossiers/{case.uuid}/modifier/"
    inside = {"milieu": "closed", "prison": "Maison d’arrêt"}
    release = today() + 40 * DAY
    browser.post(address, case_form(case, **inside, release_on=release))
    assert (now(case).prison, now(case).release_on) == ("Maison d’arrêt", release)
    page = browser.post(address, case_form(case, reference="zz-1"))
    assert {str(d.label) for d in page.context["differences"]} == {
        "Référence du dossier",
        "Milieu",
        "Établissement pénitentiaire",
        "Date de libération prévue",
    }
    assert now(case).reference == case.reference


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"prison": "", "release_unknown": "life"}, "prison"),
        ({"release_on": "", "release_unknown": ""}, "release_on"),
        ({"release_unknown": "life"}, "release_unknown"),
        ({"release_on": "31/02/2027"}, "release_on"),
        ({"milieu": "open"}, "prison"),
    ],
)
def test_inside_there_is_a_date_of_release_or_the_reason_why_not(typed, wrong):
    case = CaseFactory(inside=True)
    form = case_form(case) | typed
    if wrong == "prison":
        form["release_on"] = ""
    page = client_of(case.referent).post(f"/dossiers/{case.uuid}/modifier/", form)
    assert set(page.context["form"].errors) == {wrong}
    assert now(case).release_on == case.release_on


@pytest.mark.parametrize(
    "broken",
    [
        {"release_on": None},
        {"release_unknown": ReleaseUnknown.LIFE},
        {"release_on": None, "release_unknown": "parce que"},
        {"prison": ""},
        {"milieu": Milieu.OPEN},
    ],
)
def test_the_database_says_so_too(broken):
    case = CaseFactory(inside=True)
    with pytest.raises(IntegrityError), transaction.atomic(), as_owner():
        Case.objects.filter(pk=case.pk).update(**broken)


def test_a_reference_that_one_follows_already_is_not_taken_twice():
    case = CaseFactory()
    CaseFactory(referent=case.referent, reference="AB-12")
    page = client_of(case.referent).post(
        f"/dossiers/{case.uuid}/modifier/", case_form(case, reference=" ab-12 ")
    )
    assert set(page.context["form"].errors) == {"reference"}
    assert now(case).reference == case.reference
