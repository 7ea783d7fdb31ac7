from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "spip_portal.pages"
    label = "pages"
