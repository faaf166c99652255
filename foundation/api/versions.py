"""Lost updates, refused: a change names the version it was made from.

    class KitView(Versioned, …):
        def patch(self, request, pk):
            kit = get_object_or_404(Kit.objects.visible_to(request.user), pk=pk)
            self.require_version(kit.version)
            kit = actions.update_kit(kit=kit, version=kit.version, …)     # the UPDATE itself filters on the version
            return self.versioned(Response(KitOut(kit).data), kit.version)

The check here spares the caller a wasted attempt; only the conditional UPDATE in the action settles a race.

Never make a version out of something that counts what the reader may not know of, such as sealed scorecards.
"""

from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.api.problems import Stale, VersionMissing


def etag(version: int) -> str:
    """The entity tag of a version: "7" in quotes."""
    return f'"{version}"'


class Versioned(APIView):
    """Mixin for views of one object with a version column; the schema then asks for If-Match on each change."""

    def require_version(self, version: int) -> None:
        """Raise 428 without If-Match, 412 when it names another version than this one. `*` matches any."""
        given = self.request.headers.get("If-Match", "").strip()
        if not given:
            raise VersionMissing(_("Send the ETag you read as If-Match, so that no change by others is lost."))
        # A weak tag never matches here (RFC 9110, 13.1.1).
        if given != "*" and etag(version) not in parse_etags(given):
            raise Stale(_("This has changed since you read it. Read it again, then decide again."))

    def versioned(self, response: Response, version: int) -> Response:
        """The response with its ETag; 304 without a body when the caller's If-None-Match says it has this version.

        Call it last: whoever may not see the object must have been turned away before.
        """
        given = self.request.headers.get("If-None-Match", "").strip()
        known = {tag.removeprefix("W/") for tag in parse_etags(given)}
        if self.request.method in {"GET", "HEAD"} and (given == "*" or etag(version) in known):
            response = Response(status=304)
        response["ETag"] = etag(version)
        return response
