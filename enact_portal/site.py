"""The admin site: it opens on the coordinators' queue; lists of rows are behind « Données »."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.db.models.base import ModelBase
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from accounts.access import coordinator

# Default pages that nobody here needs: roles are a field of the person, addresses belong to allauth; second factors
# have a page of ours (accounts).
HIDDEN_APPS = {"auth", "account", "socialaccount", "mfa", "usersessions"}


class WorkbenchSite(AdminSite):
    site_title = _("Atelier ENACT")
    site_header = _("Atelier")
    index_title = _("Données")
    index_template = "triage/workbench/data.html"
    enable_nav_sidebar = False

    def register(self, model_or_iterable, admin_class=None, **options):
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else list(model_or_iterable)
        shown = [model for model in models if model._meta.app_label not in HIDDEN_APPS]
        if shown:
            super().register(shown, admin_class, **options)

    def get_urls(self):
        from insights.bench.urls import urlpatterns as figures
        from operations.urls import workbench as operations
        from programs.editing.review import urlpatterns as reviews
        from triage.workbench.urls import urlpatterns as workbench

        return [
            *workbench,
            *figures,
            *reviews,
            *operations,
            path("donnees/", self.admin_view(self.index), name="data"),
            # Django's own sends whoever is no staff to the index instead of refusing.
            path("logout/", coordinator(self.logout), name="logout"),
            # Pages of Django's own that say less than ours: the index of one app, and the change of a password.
            path(
                "password_change/",
                coordinator(RedirectView.as_view(pattern_name="account_change_password")),
                name="password_change",
            ),
            *(
                path(f"{label}/", coordinator(self._to_data), {"label": label}, name=f"data_of_{label}")
                for label in sorted({model._meta.app_label for model in self._registry})
            ),
            # None of our rows has a page of its own on the site, and this one tells which numbers of rows exist.
            *(one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"),
        ]

    def _to_data(self, request, label):
        return HttpResponseRedirect(f"{reverse('admin:data')}#{label}")

    @login_not_required
    def login(self, request, extra_context=None):
        """Through the portal's own sign-in, so that codes, passkeys, rate limits and second factors apply."""
        return secure_admin_login(super().login)(request, extra_context)
