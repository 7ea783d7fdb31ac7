from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "spip_portal.security"
    label = "security"

    def ready(self) -> None:
        # Importing them registers them; they need the registry, ready only now.
        from spip_portal.security import checks  # noqa: F401, PLC0415
