from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "spip_portal.accounts"
    label = "accounts"
    verbose_name = "Comptes et affectations"

    def ready(self) -> None:
        # The models are ready only now.
        from spip_portal.accounts import providers  # noqa: PLC0415

        providers.register()
