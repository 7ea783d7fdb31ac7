from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "spip_portal.security"
    label = "security"

    def ready(self) -> None:
        from spip_portal.security import checks  # noqa: F401  registers the checks
