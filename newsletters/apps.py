from django.apps import AppConfig

from spip_portal import registry


class NewslettersConfig(AppConfig):
    name = "newsletters"
    verbose_name = "Lettres d’information"

    def ready(self) -> None:
        from newsletters import providers  # noqa: PLC0415  models are not loaded yet

        registry.register("home_blocks", providers.home_blocks)
        registry.register("search", providers.searchables)
