"""Joining: the invitation, its link, and the address that the link proves."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from allauth.account.forms import default_token_generator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import gettext as _

from foundation.errors import Refused
from people.actions import addresses, audit, mail
from people.actions.people import add_person
from people.models import Person, Role, RoleGrant, normal_email

BATCH = 1000


class _Tokens(PasswordResetTokenGenerator):
    """Django's signed tokens with a salt, a lifetime and a clock of their own.

    A token dies when it is used (the password changes), when the person is invited again, when the address changes,
    and after settings.INVITATION_DAYS. Nothing is stored.
    """

    key_salt = "people.invitations"

    def _make_hash_value(self, person: Person, timestamp: int) -> str:
        invited = person.invited_at.astimezone(UTC).isoformat() if person.invited_at else ""
        return f"{super()._make_hash_value(person, timestamp)}{invited}"

    def made_at(self, person: Person, at: datetime) -> str:
        return self._make_token_with_timestamp(person, self._seconds(at), self.secret)

    def holds_at(self, person: Person, token: str, at: datetime) -> bool:
        try:
            made = base36_to_int(token.partition("-")[0])
        except ValueError:
            return False
        keys = (self.secret, *self.secret_fallbacks)
        if not any(constant_time_compare(self._make_token_with_timestamp(person, made, key), token) for key in keys):
            return False
        return self._seconds(at) - made <= timedelta(days=settings.INVITATION_DAYS).total_seconds()

    def _seconds(self, at: datetime) -> int:
        return self._num_seconds(at.astimezone(UTC).replace(tzinfo=None))


_tokens = _Tokens()


def has_joined(*, person: Person) -> bool:
    """Whether the person has signed in or can: with a password, or once by single sign-on."""
    return bool(person.last_login) or (bool(person.password) and person.has_usable_password())


def invitation_path(*, person: Person, at: datetime) -> str:
    """The path of the link for an invited person. Nobody but the person may see it, save on a terminal of the host."""
    return reverse("account_invitation_link", args=[int_to_base36(person.pk), _tokens.made_at(person, at)])


def find_invited(*, key: str, token: str, at: datetime) -> Person | None:
    """The active person whose unused, unexpired link this is, or None."""
    try:
        person = Person.objects.active().filter(pk=base36_to_int(key)).first()
    except (ValueError, OverflowError):
        return None
    if person is None or has_joined(person=person) or not _tokens.holds_at(person, token, at):
        return None
    return person


def invite_person(*, person: Person, by: Person | None, at: datetime) -> mail.Post:
    """Invite, or invite again; earlier links stop working. `by` is None for the host's own commands.

    Raises Refused for leavers and for those who have joined. `undelivered` of the answer says whether mail failed.
    """
    return invite_people(people=[person], by=by, at=at)


@transaction.atomic
def invite_people(*, people: Iterable[Person], by: Person | None, at: datetime) -> mail.Post:
    """Invite many with one update, one audit lock and one connection to the mail server.

    All or none: raises Refused when one of them cannot be invited.
    """
    people = list(people)
    for person in people:
        _check_invitable(person)
    for start in range(0, len(people), BATCH):
        batch = Person.objects.filter(pk__in=[person.pk for person in people[start : start + BATCH]])
        # An empty password counts as usable in Django; nobody may be asked for one they never had.
        batch.filter(password="").update(password=make_password(None))
        batch.update(invited_at=at)
    for person in people:
        person.refresh_from_db(fields=["password", "invited_at"])
    audit.record_many(by=by, deeds=[audit.Deed("people.invited", thing=p, team=p.team_id) for p in people], at=at)
    return mail.send_on_commit(letters=[_invitation(person, by, at) for person in people])


def _check_invitable(person: Person) -> None:
    if not person.is_active:
        raise Refused(_("%(name)s has left. Reactivate the account before inviting.") % {"name": person.name})
    if has_joined(person=person):
        raise Refused(
            _("%(name)s has joined already. “Forgot your password?” on the sign-in page sends a new link.")
            % {"name": person.name}
        )


def _invitation(person: Person, by: Person | None, at: datetime) -> mail.Letter:
    return mail.Letter(
        to=person,
        name="invitation",
        context=lambda: {
            "inviter": by,
            "url": mail.public_url(path=invitation_path(person=person, at=at)),
            "expires_at": at + timedelta(days=settings.INVITATION_DAYS),
        },
    )


@transaction.atomic
def invite_first_admin(*, email: str, full_name: str, at: datetime) -> Person:
    """A people admin and auditor of the whole organisation, invited; the one who can invite everybody else.

    For the host's own command. Raises Refused when the address belongs to somebody who has joined, Invalid for
    an address or a name that cannot be stored.
    """
    person = Person.objects.filter(email=normal_email(email)).first()
    if person is None:
        person = add_person(full_name=full_name, email=email, by=None, at=at)
    _check_invitable(person)
    person.invited_at = at
    person.save(update_fields=["invited_at"])
    for role in (Role.PEOPLE_ADMIN, Role.AUDITOR):
        held = RoleGrant.objects.filter(person=person, role=role, team=None).in_force(at)
        if not held.exists():
            grant = RoleGrant.objects.create(person=person, role=role, starts_at=at, granted_at=at)
            audit.record(by=None, did="people.role_granted", thing=grant, changes={"role": role.value}, at=at)
    audit.record(by=None, did="people.invited", thing=person, at=at)
    return person


@transaction.atomic
def accept_invitation(*, person: Person, password: str, at: datetime) -> Person:
    """Set the first password and count the address as verified: the link came by it.

    The caller has validated the password and found the person by `find_invited`. Raises Refused when somebody used
    the link in between.
    """
    joined = Person.objects.active().filter(pk=person.pk, password=person.password, invited_at=person.invited_at)
    if not joined.update(password=make_password(password), joined_at=at):
        raise Refused(_("This invitation has just been used. If it was you, sign in with your new password."))
    person.refresh_from_db()
    addresses.verify_addresses(people=[person])
    audit.record(by=person, did="people.invitation_accepted", thing=person, team=person.team_id, at=at)
    return person


def send_way_in(*, email: str, at: datetime) -> None:
    """Answer “Forgot your password?”: a link for whoever the address belongs to; nothing, and no word, for nobody.

    Whoever has not joined yet gets the invitation again instead, as the old link may have run out.
    """
    person = Person.objects.active().filter(email=normal_email(email)).first()
    if person is None:
        return
    if not has_joined(person=person) and person.invited_at:
        invite_person(person=person, by=None, at=at)
        return
    mail.deliver(letters=[mail.Letter(to=person, name="reset_password", context=lambda: {"url": _reset_url(person)})])


def _reset_url(person: Person) -> str:
    # allauth's own token: dies with its use, with a change of the address, and after PASSWORD_RESET_TIMEOUT.
    key = {"uidb36": int_to_base36(person.pk), "key": default_token_generator.make_token(person)}
    return mail.public_url(path=reverse("account_reset_password_from_key", kwargs=key))
