from django.urls import path

from cases.views import (
    assignments,
    broken_glass,
    cases,
    documents,
    identities,
    legal_bases,
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
    path("dossiers/<uuid:uuid>/partager/", sharing.share_new, name="share_new"),
    path("documents/<uuid:uuid>/", documents.document, name="document"),
    path(
        "documents/<uuid:uuid>/fichier",
        documents.document_file,
        name="document_file",
    ),
    path("partages/", sharing.shared_documents, name="shared_documents"),
    path("partages/<uuid:uuid>/", sharing.share, name="share"),
    path("partages/<uuid:uuid>/terminer/", sharing.share_revoke, name="share_revoke"),
]
