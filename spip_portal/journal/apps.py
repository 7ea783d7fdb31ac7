from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "spip_portal.journal"
    label = "journal"
    verbose_name = "Journal des accès"
