from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Réseau partenarial"

    def ready(self) -> None:
        from partners import providers  # noqa: PLC0415  models are loaded only now

        providers.register()
