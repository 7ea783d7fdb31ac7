from django.urls import path

from spip_portal.pages import health, views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("donnees-personnelles/", views.personal_data, name="personal_data"),
    path("plan-du-site/", views.sitemap, name="sitemap"),
    path("sante/", health.liveness, name="liveness"),
    path("sante/complet/", health.report, name="health"),
]
