from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Dossiers et secret partagé"

    def ready(self) -> None:
        # Importing `checks` registers them; both need the models, ready only now.
        from cases import checks, providers  # noqa: F401, PLC0415

        providers.register()
