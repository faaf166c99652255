"""Addresses of the API, version 1: each app's nouns, the document that describes them, and a page to try them on."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from people.api.permissions import MayReadDocument

# Swagger styles elements from its own script. Everything else of our policy holds: nothing is fetched from elsewhere.
SWAGGER_POLICY = {"style-src": [UNSAFE_INLINE]}

# No OPTIONS here either (people.api.resources says why); the page would fail at it.
READ = ["get", "head"]

_document = SpectacularAPIView.as_view(permission_classes=[MayReadDocument], http_method_names=READ)
_page = SpectacularSwaggerSplitView.as_view(
    url_name="api-schema", permission_classes=[MayReadDocument], title="Rapport API", http_method_names=READ
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", _document, name="api-schema"),
    path("docs/", csp_update(SWAGGER_POLICY)(login_required(_page)), name="api-docs"),
    path("people/", include("people.api.urls")),
    path("hiring/", include("hiring.api.urls")),
    path("training/", include("training.api.urls")),
    path("recognition/", include("recognition.api.urls")),
]
