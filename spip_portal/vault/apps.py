from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "spip_portal.vault"
    label = "vault"
    verbose_name = "Coffre"

    def ready(self) -> None:
        from spip_portal.vault import providers  # noqa: PLC0415  models are ready only now

        providers.register()
