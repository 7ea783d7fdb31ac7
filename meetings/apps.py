from django.apps import AppConfig

from spip_portal import registry


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Réunions"

    def ready(self) -> None:
        from meetings import providers  # noqa: PLC0415  models are not loaded yet

        registry.register("home_blocks", providers.home_blocks)
        registry.register("calendar", providers.calendar_events)
