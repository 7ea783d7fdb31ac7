from django.urls import path

from spip_portal.demo import views_mailbox as views

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<uuid:uuid>/", views.mailbox_mail, name="mailbox_mail"),
    path("<uuid:uuid>/mise-en-forme/", views.mailbox_html, name="mailbox_html"),
    path("<uuid:uuid>/pieces/<int:number>/", views.mailbox_file, name="mailbox_file"),
]
