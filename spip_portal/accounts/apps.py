from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "spip_portal.accounts"
    label = "accounts"
    verbose_name = "Comptes et affectations"
