"""The papers of the invented cases: real PDFs, made like every PDF of the portal."""

import io
from datetime import date

import pikepdf

from cases.enums import DocumentKind
from cases.models import Measure
from spip_portal.demo.loading import source
from spip_portal.pdf import render_pdf

TEMPLATES = {
    DocumentKind.PLACEMENT_ORDER: "pdf/demo_order.html",
    DocumentKind.JUDGMENT: "pdf/demo_judgment.html",
    DocumentKind.EXPERTISE: "pdf/demo_expertise.html",
    DocumentKind.OBLIGATIONS: "pdf/demo_obligations.html",
    DocumentKind.NOTE: "pdf/demo_note.html",
    DocumentKind.CERTIFICATE: "pdf/demo_certificate.html",
}
AUTHORS = {
    DocumentKind.PLACEMENT_ORDER: "Juge de l’application des peines de Valornel",
    DocumentKind.JUDGMENT: "Tribunal judiciaire de Valornel",
    DocumentKind.EXPERTISE: "Expert près la cour d’appel",
    DocumentKind.OBLIGATIONS: "Service pénitentiaire d’insertion et de probation",
    DocumentKind.NOTE: "Service pénitentiaire d’insertion et de probation",
    DocumentKind.CERTIFICATE: "Structure partenaire",
}


def make(
    kind: DocumentKind,
    *,
    person: str,
    offence: dict,
    reference: str,
    measure: Measure,
    dated_on: date,
) -> bytes:
    context = {
        "author": AUTHORS[kind],
        "reference": reference,
        "person": source.french(person),
        "offence": offence,
        "obligations": offence["obligations"],
        "measure": measure.get_kind_display(),
        "starts_on": measure.starts_on,
        "ends_on": measure.ends_on,
        "dated_on": dated_on,
    }
    return render_pdf(TEMPLATES[kind], context)


def locked(content: bytes) -> bytes:
    """The same under a password: what the vault refuses, with its reason."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        output = io.BytesIO()
        pdf.save(output, encryption=pikepdf.Encryption(owner="demo", user="demo"))
    return output.getvalue()
