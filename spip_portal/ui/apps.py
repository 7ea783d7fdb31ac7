from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "spip_portal.ui"
    label = "ui"
