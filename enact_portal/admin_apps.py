"""Django's admin, with our own site as its default."""

from django.contrib.admin.apps import AdminConfig


class WorkbenchAdminConfig(AdminConfig):
    default_site = "enact_portal.site.WorkbenchSite"
