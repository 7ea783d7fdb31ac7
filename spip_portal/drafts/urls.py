from django.urls import path

from spip_portal.drafts import views

app_name = "drafts"
urlpatterns = [path("", views.draft, name="draft")]
