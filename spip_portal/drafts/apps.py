from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "spip_portal.drafts"
    label = "drafts"
    verbose_name = "Brouillons"

    def ready(self) -> None:
        from spip_portal.drafts import providers  # noqa: PLC0415  models are ready only now

        providers.register()
