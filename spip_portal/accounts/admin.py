"""What the technical administrator may do: accounts, services, unconfirmed postings.
Never another's password, address or factor, never a role that the direction has not
confirmed, never a case (no model of `cases` is registered)."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from dsfr.models import DsfrConfig

from spip_portal.accounts import services
from spip_portal.accounts.models import Antenne, Posting, Spip, User

# The one sign-in page, with its limits and its second factor.
admin.site.login = secure_admin_login(admin.site.login)

# Written by allauth's own pages, for oneself only; groups and the design system's own
# settings are not in use.
for model in (EmailAddress, Authenticator, Group, DsfrConfig):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "last_name", "first_name", "is_active", "is_superuser"]
    search_fields = ["email", "last_name"]
    fields = ["email", "first_name", "last_name", "is_active", "last_login"]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        return ["last_login"] if obj is None else ["email", "last_login"]

    def save_model(self, request, obj: User, form, change: bool) -> None:
        if not change:
            created = services.create_account(
                email=obj.email,
                first_name=obj.first_name,
                last_name=obj.last_name,
                password=None,
            )
            obj.pk = created.pk
        elif "is_active" in form.changed_data and not obj.is_active:
            services.deactivate_account(user=obj)
        else:
            obj.save(update_fields=["first_name", "last_name", "is_active"])

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Posting)
class PostingAdmin(admin.ModelAdmin):
    list_display = ["user", "role", "spip", "antenne", "starts_on", "confirmed_at"]
    list_filter = ["spip", "role"]
    list_select_related = ["user", "spip", "antenne"]
    fields = ["user", "spip", "antenne", "role", "starts_on", "ends_on"]

    def has_change_permission(self, request, obj=None) -> bool:
        return obj is None or obj.confirmed_at is None

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class AntenneInline(admin.TabularInline):
    model = Antenne
    extra = 0


@admin.register(Spip)
class SpipAdmin(admin.ModelAdmin):
    list_display = ["name", "departement"]
    prepopulated_fields = {"slug": ["short_name"]}
    inlines = [AntenneInline]
