from django.urls import path

from spip_portal.pages import calendar_views as calendar
from spip_portal.pages import health, views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("donnees-personnelles/", views.personal_data, name="personal_data"),
    path("plan-du-site/", views.sitemap, name="sitemap"),
    path("calendrier/", calendar.month, name="calendar"),
    path("calendrier/<str:token>.ics", calendar.feed, name="calendar_feed"),
    path(
        "calendrier/abonnement/",
        calendar.feed_settings,
        name="calendar_feed_settings",
    ),
    path(
        "calendrier/abonnement/renouveler/",
        calendar.feed_renew,
        name="calendar_feed_renew",
    ),
    path(
        "calendrier/abonnement/supprimer/",
        calendar.feed_revoke,
        name="calendar_feed_revoke",
    ),
    path("sante/", health.liveness, name="liveness"),
    path("sante/complet/", health.report, name="health"),
]
