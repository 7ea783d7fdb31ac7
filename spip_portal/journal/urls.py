from django.urls import path

from spip_portal.journal import views

app_name = "journal"

urlpatterns = [
    path("", views.journal, name="journal"),
    path("export/", views.journal_export, name="journal_export"),
]
