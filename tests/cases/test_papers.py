"""The papers of a case are read at a glance by whoever answers the telephone."""

import pytest

from cases.services.documents import Extract
from spip_portal.pdf import render_pdf
from spip_portal.security.dates import today
from spip_portal.ui.templatetags.portal import whole_phones
from tests.cases.factories import MeasureFactory
from tests.vault.papers import text_of

pytestmark = pytest.mark.django_db
LONG = "Se présenter aux convocations du service et justifier de son hébergement. " * 3


def test_no_label_of_an_extract_is_hyphenated():
    measure = MeasureFactory()
    extract = Extract(
        measure=measure,
        starts_on=today(),
        ends_on=None,
        hours=LONG,
        places_forbidden=LONG,
        contacts_forbidden=LONG,
        has_care=True,
        other=LONG,
        contacts="Astreinte du service : 01 23 45 67 89",
    )
    context = {
        "case": measure.case,
        "extract": extract,
        "author": measure.case.referent,
        "day": today(),
    }
    words = text_of(render_pdf("pdf/extract.html", context)).split()
    labels = "Mesure Dates Horaires Lieux Contacts interdits Soins Autres obligations"
    assert set(labels.split()) <= set(words)


@pytest.mark.parametrize(
    "number", ["01 23 45 67 89", "+33 1 23 45 67 89", "+262 262 12 34 56"]
)
def test_a_phone_number_stays_on_one_line(number):
    whole = number.replace(" ", "\u00a0")
    said = f"Astreinte, 24 heures sur 24 : {number}, puis le 12 mai 2026"
    assert whole_phones(said) == said.replace(number, whole)
