from django.urls import include, path

app_name = "demo"
urlpatterns = [path("courriels/", include("spip_portal.demo.urls_mailbox"))]
