"""Links for customers: made, revoked, and what comes in by them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused
from people.actions import audit
from people.models import Person, Site
from recognition.actions import praise
from recognition.models import CustomerLink, Praise

MOST = 200


@transaction.atomic
def make_link(*, site: Site, name: str, by: Person, at: datetime) -> CustomerLink:
    """An address for the customers of this site. Raises Refused when there are very many already."""
    if CustomerLink.objects.open().count() >= MOST:
        raise Refused(_("There are %(most)d links in use. Revoke one before making another.") % {"most": MOST})
    link = CustomerLink.objects.create(site=site, name=name, created_by=by, created_at=at)
    audit.record(by=by, did="recognition.customer_link_made", thing=link, changes={"site": site.pk}, at=at)
    return link


@transaction.atomic
def revoke_link(*, link: CustomerLink, by: Person, at: datetime) -> None:
    """Nothing comes in by it any more, from now on and for good. Twice is once."""
    if CustomerLink.objects.open().filter(pk=link.pk).update(revoked_at=at):
        audit.record(by=by, did="recognition.customer_link_revoked", thing=link, at=at)


@transaction.atomic
def leave_words(
    *, link: CustomerLink, kind: str, original: str, whom: str, customer: str, consent: bool, token: UUID, at: datetime
) -> Praise:
    """Keep what a customer wrote at a site until a steward checks it; the same `token` again is once.

    Raises Refused when the link was revoked meanwhile, Invalid without words.
    """
    # Held, so that what comes after its end does not slip in beside it.
    if not CustomerLink.objects.select_for_update(no_key=True).open().filter(pk=link.pk).exists():
        raise Refused(_("This link is not in use any more."))
    return praise.enter_praise(
        kind=kind, original=original, whom=whom, customer=customer, consent=consent, token=token, link=link,
        site=link.site, channel=Praise.Channel.LINK, said_on=at.date(), by=None, at=at,
    )  # fmt: skip
