from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "spip_portal.vault"
    label = "vault"
    verbose_name = "Coffre"
