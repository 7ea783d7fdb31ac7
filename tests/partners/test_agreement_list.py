"""The list of conventions: filters and order in its address, and a CSV of the same."""

import csv
from datetime import date

import pytest

from partners.models import Theme
from tests.accounts.factories import client_of
from tests.partners.factories import AgreementFactory, partner
from tests.partners.test_agreements import URL, titles


def as_csv(query: str) -> str:
    return f"{query or '?'}&format=csv"


def exported(user, query: str = "") -> list[dict]:
    response = client_of(user).get(URL + as_csv(query))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="conventions.csv"'
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def public(spip, title: str, **fields):
    return AgreementFactory(spip=spip, audience="public", title=title, **fields)


def test_by_theme(spip):
    public(spip, "Loger").themes.set([Theme.objects.get(code="hebergement")])
    public(spip, "Soigner").themes.set([Theme.objects.get(code="sante")])
    assert titles(None, "?theme=hebergement") == {"Loger"}
    assert titles(None, "?theme=inconnue") == {"Loger", "Soigner"}


def test_by_party_among_those_one_may_see(spip, referent):
    shown = partner(spip, name="Les Glycines", audience="public")
    hidden = partner(spip, name="Les Tilleuls")
    public(spip, "Loger", parties=[shown, hidden])
    assert titles(None, "?party=glycines") == {"Loger"}
    assert titles(None, "?party=tilleuls") == set()
    assert titles(referent, "?party=tilleuls") == {"Loger"}


@pytest.mark.parametrize(
    ("year", "found"),
    [
        ("2024", set()),
        ("2025", {"Loger"}),
        ("2027", {"Loger"}),
        ("2028", set()),
        ("1", {"Loger"}),
        ("x", {"Loger"}),
    ],
)
def test_by_year(spip, year, found):
    """Any year that its dates meet; what is no year filters nothing and says so."""
    days = {"starts_on": date(2025, 12, 31), "ends_on": date(2027, 1, 1)}
    public(spip, "Loger", signed_on=date(2025, 12, 1), **days)
    assert titles(None, f"?year={year}") == found


def test_in_the_order_asked_for(spip):
    for title, start, end in [
        ("B", date(2025, 1, 1), date(2029, 1, 1)),
        ("A", date(2025, 2, 1), date(2030, 1, 1)),
        ("C", date(2025, 3, 1), date(2028, 1, 1)),
    ]:
        public(spip, title, signed_on=start, starts_on=start, ends_on=end)
    for query, order in [
        ("", "CAB"),
        ("?sort=fin", "CBA"),
        ("?sort=intitule", "ABC"),
        ("?sort=personne", "CAB"),
    ]:
        page = client_of(None).get(URL + query).context["page"]
        assert "".join(row.title for row in page) == order
        assert "".join(row["Intitulé"] for row in exported(None, query)) == order


def test_the_export_holds_what_the_reader_may_see(spip, cpip):
    shown = partner(spip, name="Les Glycines", audience="public")
    hidden = partner(spip, name="Les Tilleuls")
    public(spip, "Loger", number="VO-1", parties=[shown, hidden])
    AgreementFactory(spip=spip, title="Entre nous", audience="parties")
    assert {row["Intitulé"] for row in exported(cpip)} == {"Loger", "Entre nous"}
    (row,) = exported(None)
    assert (row["Numéro"], row["Structures"]) == ("VO-1", "Les Glycines")
    assert row["État"] == "en vigueur"


def test_the_link_keeps_the_filters(spip):
    public(spip, "Loger", kind="tig")
    text = client_of(None).get(f"{URL}?kind=tig&page=1").text
    assert 'href="?kind=tig&amp;format=csv"' in text
    assert exported(None, "?kind=premises") == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_is_a_formula(spip, start):
    public(spip, f"{start}HYPERLINK(A1)")
    assert exported(None)[0]["Intitulé"] == f"'{start}HYPERLINK(A1)"


@pytest.mark.parametrize("count", [1, 3])
def test_the_export_costs_the_same_for_any_number(
    count, spip, referent, django_assert_num_queries
):
    for _ in range(count):
        AgreementFactory(spip=spip, parties=[partner(spip), partner(spip)])
    client = client_of(referent)
    with django_assert_num_queries(8):
        client.get(URL + as_csv(""))
