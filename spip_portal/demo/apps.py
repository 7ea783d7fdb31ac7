from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "spip_portal.demo"
    label = "demo"
    verbose_name = "Démonstration"
