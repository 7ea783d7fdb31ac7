from django.urls import path

from cases import views

app_name = "cases"
urlpatterns = [
    path("dossiers/", views.case_list, name="case_list"),
    path("dossiers/ouvrir/", views.case_open, name="case_open"),
    path("dossiers/bases-legales/", views.legal_bases, name="legal_bases"),
    path(
        "dossiers/bases-legales/<uuid:uuid>/retirer/",
        views.legal_basis_withdraw,
        name="legal_basis_withdraw",
    ),
    path("dossiers/<uuid:uuid>/", views.case, name="case"),
    path(
        "dossiers/<uuid:uuid>/mesures/ajouter/", views.measure_add, name="measure_add"
    ),
    path(
        "dossiers/<uuid:uuid>/documents/deposer/",
        views.document_add,
        name="document_add",
    ),
    path("dossiers/<uuid:uuid>/partager/", views.share_new, name="share_new"),
    path("documents/<uuid:uuid>/", views.document, name="document"),
    path("documents/<uuid:uuid>/fichier", views.document_file, name="document_file"),
    path("partages/", views.shared_documents, name="shared_documents"),
    path("partages/<uuid:uuid>/", views.share, name="share"),
    path("partages/<uuid:uuid>/terminer/", views.share_revoke, name="share_revoke"),
]
