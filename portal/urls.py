"""Addresses: each app's under its own name."""

from django.contrib import admin
from django.urls import include, path

from portal import health, styleguide, views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("people/", include("people.urls")),
    path("hiring/", include("hiring.urls")),
    path("account/", include("people.account_urls")),
    path("api/v1/", include("portal.api_urls")),
    path("support/", admin.site.urls),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
