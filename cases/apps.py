from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Dossiers et secret partagé"

    def ready(self) -> None:
        from cases import checks, providers  # noqa: F401  registers the checks

        providers.register()
