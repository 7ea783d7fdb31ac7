from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "spip_portal.outbox"
    label = "outbox"
    verbose_name = "Courriels à envoyer"
