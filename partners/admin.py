"""Reference data only. What people decide goes through the services, where it is
checked, attributed and mailed."""

from django.contrib import admin

from partners.models import Charter, OrganisationKind, ReceptionKind, Theme


@admin.register(OrganisationKind)
class OrganisationKindAdmin(admin.ModelAdmin):
    list_display = ["label", "is_state", "is_health", "takes_people_in", "position"]
    list_filter = ["is_state", "is_health", "takes_people_in"]
    search_fields = ["label"]


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    list_display = ["label", "code"]
    search_fields = ["label"]


@admin.register(ReceptionKind)
class ReceptionKindAdmin(admin.ModelAdmin):
    list_display = ["label", "code", "position"]
    search_fields = ["label"]


@admin.register(Charter)
class CharterAdmin(admin.ModelAdmin):
    """A version that somebody may have accepted is neither rewritten nor deleted."""

    list_display = ["version", "published_at"]

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
