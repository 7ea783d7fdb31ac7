from django.urls import path

from newsletters.views import archive, issues, subscriptions

app_name = "newsletters"
urlpatterns = [
    path("", archive.archive, name="archive"),
    path("s-abonner/", subscriptions.subscribe, name="subscribe"),
    path(
        "s-abonner/demande/",
        subscriptions.subscription_asked,
        name="subscription_asked",
    ),
    path("confirmation/<str:token>/", subscriptions.confirm, name="confirm"),
    path("desabonnement/<uuid:token>/", subscriptions.unsubscribe, name="unsubscribe"),
    path("abonnement/<slug:slug>/", subscriptions.own_subscribe, name="own_subscribe"),
    path(
        "abonnement/<slug:slug>/arret/",
        subscriptions.own_unsubscribe,
        name="own_unsubscribe",
    ),
    path("reglages/", issues.settings, name="settings"),
    path("nouveau/", issues.issue_create, name="issue_create"),
    path("<uuid:uuid>/modifier/", issues.issue_edit, name="issue_edit"),
    path("<uuid:uuid>/apercu/", issues.issue_preview, name="issue_preview"),
    path(
        "<uuid:uuid>/apercu/courriel/",
        issues.issue_preview_mail,
        name="issue_preview_mail",
    ),
    path("<uuid:uuid>/essai/", issues.issue_test, name="issue_test"),
    path("<uuid:uuid>/envoyer/", issues.issue_send, name="issue_send"),
    path("<uuid:uuid>/envoi/", issues.issue_progress, name="issue_progress"),
    path(
        "<uuid:uuid>/envoi/avancement/",
        issues.issue_progress_bar,
        name="issue_progress_bar",
    ),
    # Last: every word above is an address of ours, and no issue's slug is one of them.
    path("<slug:slug>/", archive.issue, name="issue"),
]
