from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "spip_portal.search"
    label = "search"
    verbose_name = "Recherche"
