from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from portal import gallery, staff, views

handler400 = "portal.views.bad_request"
handler404 = "portal.views.page_not_found"
handler500 = "portal.views.server_error"

urlpatterns = [
    path("", views.choose_language, name="root"),
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon),
    path("", include("articles.urls_root")),
    path("staff/sign-in/", staff.sign_in, name="staff-sign-in"),
    path("staff/second-factor/", staff.second_factor, name="staff-second-factor"),
    path("staff/recovery-codes/", staff.recovery_codes, name="staff-recovery-codes"),
    path("staff/sign-out/", staff.sign_out, name="staff-sign-out"),
    path("staff/", admin.site.urls),
    path("components/", gallery.components, name="components"),
    *i18n_patterns(
        path("too-large/", views.too_large, name="too-large"),
        path("", include("quotes.urls")),
        path("", include("articles.urls")),
    ),
]

if settings.DEBUG:
    urlpatterns += [
        path("dev/mail/", views.dev_mail_list, name="dev-mail-list"),
        path("dev/mail/<str:name>/", views.dev_mail_detail, name="dev-mail-detail"),
    ]
