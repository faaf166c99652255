"""Making a thing once, however often it is asked for under the same key."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused
from people.models import Person, RequestKey

KEPT = timedelta(days=1)


class KeyInUse(Refused):
    """The key came with another request before."""

    code = "key_reused"


@transaction.atomic
def make_once(*, person: Person, key: str, digest: str, make: Callable[[], int], at: datetime) -> int:
    """The id of what `make` made under this key: now, or when the same request (by its digest) came before.

    In the transaction of `make` itself, so that key and thing are both there or neither is: what was refused may be
    tried again. A rival with the same key waits for this one and gets its id. Raises KeyInUse.
    """
    RequestKey.objects.filter(at__lte=at - KEPT).delete()
    claim = RequestKey(person=person, key=key, digest=digest, at=at)
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        earlier = RequestKey.objects.get(person=person, key=key)
        if earlier.digest != digest or earlier.made_id is None:
            raise KeyInUse(_("This key was sent before with another request.")) from None
        return earlier.made_id
    claim.made_id = make()
    claim.save(update_fields=["made_id"])
    return claim.made_id
