from django.contrib import admin
from django.urls import include, path

from spip_portal.accounts.views import ActivateFactorView
from spip_portal.settings import DEMO, TESTING

urlpatterns = [
    path("", include("spip_portal.pages.urls")),
    path("recherche/", include("spip_portal.search.urls")),
    path("brouillons/", include("spip_portal.drafts.urls")),
    path(
        "compte/2fa/totp/activate/",
        ActivateFactorView.as_view(),
        name="mfa_activate_totp",
    ),
    path("compte/", include("spip_portal.accounts.urls")),
    path("compte/", include("allauth.urls")),
    path("administration/", admin.site.urls),
    path("", include("partners.urls")),
    path("", include("cases.urls")),
    path("journal/", include("spip_portal.journal.urls")),
    path("lettres/", include("newsletters.urls")),
    path("reunions/", include("meetings.urls")),
]
if DEMO or TESTING:
    urlpatterns.append(path("demo/", include("spip_portal.demo.urls")))
