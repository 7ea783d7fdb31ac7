from django.urls import include, path

from spip_portal.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.personas, name="personas"),
    path("connexion/<slug:slug>/", views.sign_in, name="sign_in"),
    path("courriels/", include("spip_portal.demo.urls_mailbox")),
]
