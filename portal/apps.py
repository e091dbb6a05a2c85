from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules

from portal import checks  # noqa: F401 - its import registers the system checks


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        # each app registers its mails and its periodic functions in these modules
        autodiscover_modules("emails", "jobs")


class StaffAdminConfig(AdminConfig):
    default_site = "portal.admin_site.StaffSite"
