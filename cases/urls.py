from django.urls import path

from cases.views import (
    assignments,
    broken_glass,
    care,
    cases,
    countersigning,
    documents,
    extracts,
    following,
    identities,
    incidents,
    legal_bases,
    liaison,
    papers,
    reading,
    rules,
    secret_map,
    sharing,
)

app_name = "cases"
urlpatterns = [
    path("dossiers/", cases.case_list, name="case_list"),
    path("dossiers/ouvrir/", cases.case_open, name="case_open"),
    path("dossiers/retrouver/", identities.person_search, name="person_search"),
    path("dossiers/acces-motives/", broken_glass.broken_glass, name="broken_glass"),
    path(
        "dossiers/acces-motives/ouvrir/", broken_glass.break_glass, name="break_glass"
    ),
    path("dossiers/transferts/", assignments.transfers, name="transfers"),
    path("dossiers/transferts/<uuid:uuid>/", assignments.transfer, name="transfer"),
    path("dossiers/bases-legales/", legal_bases.legal_bases, name="legal_bases"),
    path(
        "dossiers/bases-legales/<uuid:uuid>/retirer/",
        legal_bases.legal_basis_withdraw,
        name="legal_basis_withdraw",
    ),
    path("dossiers/regles/", rules.rules, name="rules"),
    path("dossiers/<uuid:uuid>/", cases.case, name="case"),
    path("dossiers/<uuid:uuid>/modifier/", cases.case_edit, name="case_edit"),
    path(
        "dossiers/<uuid:uuid>/mesures/ajouter/", cases.measure_add, name="measure_add"
    ),
    path("dossiers/<uuid:uuid>/identite/", identities.person_edit, name="person_edit"),
    path("dossiers/<uuid:uuid>/suivi/", assignments.followers, name="followers"),
    path(
        "dossiers/<uuid:uuid>/suppleer/",
        assignments.substitute_add,
        name="substitute_add",
    ),
    path(
        "suppleances/<uuid:uuid>/terminer/",
        assignments.substitute_end,
        name="substitute_end",
    ),
    path("dossiers/<uuid:uuid>/confier/", assignments.hand_over, name="hand_over"),
    path(
        "dossiers/<uuid:uuid>/sensibilite/",
        assignments.sensitivity,
        name="sensitivity",
    ),
    path("mesures/<uuid:uuid>/modifier/", cases.measure_edit, name="measure_edit"),
    path(
        "dossiers/<uuid:uuid>/documents/deposer/",
        documents.document_add,
        name="document_add",
    ),
    path("dossiers/<uuid:uuid>/extrait/", extracts.extract_new, name="extract_new"),
    path("dossiers/<uuid:uuid>/carte/", secret_map.secret_map, name="secret_map"),
    path(
        "dossiers/<uuid:uuid>/carte/clore/",
        secret_map.secret_clean_up,
        name="secret_clean_up",
    ),
    path("dossiers/<uuid:uuid>/partager/", sharing.share_new, name="share_new"),
    path("documents/<uuid:uuid>/", documents.document, name="document"),
    path(
        "documents/<uuid:uuid>/fichier",
        reading.document_file,
        name="document_file",
    ),
    path(
        "documents/<uuid:uuid>/etat/", documents.document_state, name="document_state"
    ),
    path(
        "documents/<uuid:uuid>/corriger/",
        documents.document_correct,
        name="document_correct",
    ),
    path(
        "documents/<uuid:uuid>/remplacer/",
        documents.document_replace,
        name="document_replace",
    ),
    path(
        "documents/<uuid:uuid>/apercu",
        reading.document_preview,
        name="document_preview",
    ),
    path(
        "documents/<uuid:uuid>/accuser-lecture/",
        following.document_acknowledge,
        name="document_acknowledge",
    ),
    path("partages/bilans/<uuid:uuid>/", care.care_report, name="care_report"),
    path(
        "partages/bilans/<uuid:uuid>/bilan.pdf",
        care.care_report_pdf,
        name="care_report_pdf",
    ),
    path("partages/<uuid:uuid>/bilan/", care.care_report_new, name="care_report_new"),
    path("partages/<uuid:share>/messages/", liaison.liaison, name="liaison"),
    path(
        "partages/messages/<uuid:uuid>/modifier/",
        liaison.liaison_edit,
        name="liaison_edit",
    ),
    path("partages/incidents/", incidents.incidents, name="incidents"),
    path("partages/incidents/<uuid:uuid>/", incidents.incident, name="incident"),
    path(
        "partages/incidents/<uuid:uuid>/recepisse.pdf",
        incidents.incident_pdf,
        name="incident_pdf",
    ),
    path(
        "partages/incidents/<uuid:uuid>/accuser-reception/",
        incidents.incident_receive,
        name="incident_receive",
    ),
    path(
        "partages/incidents/<uuid:uuid>/repondre/",
        incidents.incident_answer,
        name="incident_answer",
    ),
    path("partages/<uuid:uuid>/incident/", incidents.incident_new, name="incident_new"),
    path("partages/demandes/", following.access_requests, name="access_requests"),
    path(
        "partages/demandes/<uuid:uuid>/",
        following.access_answer,
        name="access_answer",
    ),
    path("partages/", sharing.shared_documents, name="shared_documents"),
    path("partages/<uuid:uuid>/", sharing.share, name="share"),
    path(
        "partages/<uuid:uuid>/contresigner/",
        countersigning.share_countersign,
        name="share_countersign",
    ),
    path(
        "partages/<uuid:uuid>/refuser/",
        countersigning.share_decline,
        name="share_decline",
    ),
    path("partages/<uuid:uuid>/bordereau.pdf", papers.share_slip, name="share_slip"),
    path("partages/<uuid:uuid>/notice.pdf", papers.share_notice, name="share_notice"),
    path("partages/<uuid:uuid>/terminer/", sharing.share_revoke, name="share_revoke"),
]
