"""Addresses: the admin, the API, and what says whether we are well."""

from django.contrib import admin
from django.urls import include, path, re_path

from config import health
from config.metrics import metrics
from core.api import Nowhere

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics),
    path("api/schema", health.SchemaView.as_view(), name="schema"),
    path("api/docs", health.DocsView.as_view()),
    path("api/v1/", include("cases.urls")),
    path("api/v1/", include("helpers.urls")),
    path("api/v1/", include("parts.urls")),
    path("api/v1/", include("intake.urls")),
    path("api/v1/", include("knowledge.urls")),
    path("api/v1/", include("files.urls")),
    path("api/v1/", include("invoices.urls")),
    path("api/v1/", include("invoices.assign_urls")),
    path("api/v1/", include("files.report_urls")),
    path("api/v1/", include("files.asset_urls")),
    path("api/v1/", include("files.message_urls")),
    path("api/v1/", include("files.cabinet_urls")),
    path("api/v1/", include("files.picture_urls")),
    path("api/v1/", include("reminders.urls")),
    path("api/v1/", include("office.urls")),
    path("api/v1/", include("files.onedrive_urls")),
    path("api/v1/", include("make.urls")),
    path("api/v1/", include("helpers.live_urls")),
    path("api/v1/", include("reminders.feeds_urls")),
    re_path(r"^api/.*", Nowhere.as_view()),
    path("demo/", include("helpers.demo_urls")),
    path("admin/", admin.site.urls),
]

handler500 = "core.api.server_error"
