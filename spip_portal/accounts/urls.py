from django.urls import path

from spip_portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("role/", views.choose_posting, name="choose_posting"),
    path("prolonger/", views.extend_session, name="extend_session"),
    path("affectations/", views.postings, name="postings"),
    path(
        "affectations/<uuid:uuid>/confirmer/",
        views.posting_confirm,
        name="posting_confirm",
    ),
    path("reinitialisations/", views.factor_resets, name="factor_resets"),
    path(
        "reinitialisations/<uuid:uuid>/confirmer/",
        views.factor_reset_confirm,
        name="factor_reset_confirm",
    ),
]
