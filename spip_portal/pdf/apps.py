from django.apps import AppConfig


class PdfConfig(AppConfig):
    name = "spip_portal.pdf"
    label = "pdf"
