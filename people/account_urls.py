"""Addresses of signing in: allauth's, under /account/."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.urls")),
]
