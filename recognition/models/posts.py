"""Who thanked whom, for what; and who may see it."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.http import address_of
from foundation.substrings import holds_words
from foundation.text import validate_text
from people.models import Person, Team
from recognition.models.ideas import Idea
from recognition.models.praise import Praise
from recognition.models.values import Value


class Reach(models.IntegerChoices):
    """Who sees it. Each is within the one before, so that the larger number is the narrower."""

    EVERYONE = 0, _("Everyone")
    TEAM = 1, _("Their team")
    MANAGER = 2, _("They and their manager")
    PRIVATE = 3, _("Only they")


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def shown(self) -> Self:
        return self.filter(state=Recognition.State.SHOWN)

    def reaching_everyone(self) -> Self:
        return self.shown().filter(reach=Reach.EVERYONE)

    def visible_to(self, reader: Person) -> Self:
        """Row-level twin of policies.can_view_recognition."""
        if not reader.is_active:
            return self.none()
        theirs = Recipient.objects.filter(recognition=models.OuterRef("pk"))
        seen = (
            models.Q(reach=Reach.EVERYONE)
            | models.Q(giver=reader)
            | models.Exists(theirs.filter(person=reader))
            | models.Q(
                models.Exists(theirs.filter(person__manager=reader, person__is_active=True)), reach__lte=Reach.MANAGER
            )
        )
        if reader.team_id is not None:
            team = theirs.filter(person__team=reader.team_id, person__is_active=True)
            seen |= models.Q(models.Exists(team), reach=Reach.TEAM)
        own = models.Q(giver=reader, state__in=Recognition.TAKEN_DOWN)
        return self.filter(models.Q(seen, state=Recognition.State.SHOWN) | own)

    def matching(self, words: str) -> Self:
        """Whose story holds every word, whatever case or accents."""
        return self.filter(holds_words("search_text", words))


class Recognition(models.Model):
    """One person thanks others, for something that they did, as an example of a value.

    The giver chooses `visibility`; `reach` is what comes of it and of the wishes of those who are thanked: the
    narrowest of all, kept by actions.reach whenever one of them changes, so that no reader's page works it out.
    `praise`: the customer's words that it stands on, if any; each is stood on once, unless that was withdrawn.
    `idea`: a done one that it celebrates, if any.
    `team`: when a whole team was thanked, which; those who were in it then are the recipients.
    """

    class State(models.TextChoices):
        SHOWN = "shown", _("Shown")
        HIDDEN = "hidden", _("Hidden until a steward decides")
        REMOVED = "removed", _("Removed by a steward")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    STANDING = (State.SHOWN, State.HIDDEN)
    TAKEN_DOWN = (State.HIDDEN, State.REMOVED)  # only its giver sees it, and stewards as a case

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="given")
    value = models.ForeignKey(Value, models.PROTECT, related_name="recognitions", verbose_name=_("value"))
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    happened = models.TextField(_("What happened?"), blank=True, validators=[validate_text])
    did = models.TextField(_("What did they do?"), validators=[validate_text])
    changed = models.TextField(_("What did it change?"), blank=True, validators=[validate_text])
    link = models.URLField(_("link to what shows it"), max_length=500, blank=True)
    visibility = models.PositiveSmallIntegerField(_("who may see it"), choices=Reach, default=Reach.EVERYONE)
    reach = models.PositiveSmallIntegerField(choices=Reach, default=Reach.PRIVATE, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.SHOWN)
    praise = models.ForeignKey(Praise, models.PROTECT, null=True, related_name="recognitions")
    idea = models.ForeignKey(Idea, models.PROTECT, null=True, related_name="recognitions")
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    token = models.UUIDField(editable=False)
    search_text = models.TextField(editable=False, default="")
    mentions = models.JSONField(editable=False, default=list)  # the keys of the people whom its words mention

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["giver", "token"], name="recognition_is_posted_once"),
            models.UniqueConstraint(
                fields=["praise"], condition=~models.Q(state="withdrawn"), name="recognition_of_praise_is_posted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=Reach.values), name="recognition_visibility_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(reach__in=Reach.values, reach__gte=models.F("visibility")),
                name="recognition_reaches_no_further_than_its_giver_said",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-posted_at", "-id"], name="recognition_wall"),
            models.Index(fields=["value", "state", "-posted_at", "-id"], name="recognition_wall_of_value"),
            models.Index(fields=["giver", "-posted_at"], name="recognition_of_giver"),
        ]

    def __str__(self) -> str:
        return f"{self.giver}: {self.value}"

    def get_absolute_url(self) -> str:
        return address_of("recognition:recognition-detail", self.pk)

    @property
    def story(self) -> list[str]:
        """What happened, what they did, what it changed: as far as it was written."""
        return [text for text in (self.happened, self.did, self.changed) if text]

    @property
    def here(self) -> "list[Recipient]":
        """Those who were thanked and work here still. Of a row with its recipients and their people at hand."""
        return [one for one in self.recipients.all() if one.person.is_active]

    @property
    def former(self) -> int:
        """How many of those who were thanked have left."""
        return sum(not one.person.is_active for one in self.recipients.all())

    @property
    def thanked_in_words(self) -> str:
        """For titles: the team, or names, of many the first and how many more. As `here`."""
        if self.team:
            return self.team.name
        names = [one.person.name for one in self.here]
        if not names:
            return gettext("a former colleague")
        more = len(names) - 1 + self.former
        return gettext("%(name)s and %(count)d more") % {"name": names[0], "count": more} if more else names[0]

    @property
    def gist(self) -> str:
        """The sentence that says most: what they did, or the customer's own words."""
        return self.did or (self.praise.words if self.praise else "")

    @property
    def is_shown(self) -> bool:
        return self.state == self.State.SHOWN

    @property
    def edit_ends_at(self) -> datetime:
        """Until then its giver may change its words."""
        return self.posted_at + timedelta(minutes=settings.RECOGNITION_EDIT_MINUTES)


class Recipient(models.Model):
    """Somebody who was thanked. `giver` and `posted_at` are those of the recognition, so that who thanked whom when is
    asked of this table alone. `private`: they took this one off the wall."""

    recognition = models.ForeignKey(Recognition, models.CASCADE, related_name="recipients")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="received")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField()
    private = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recognition", "person"], name="recognition_recipient_is_there_once"),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("giver")), name="recognition_nobody_thanks_themselves"
            ),
        ]
        indexes = [models.Index(fields=["person", "-posted_at"], name="recognition_by_recipient")]

    def __str__(self) -> str:
        return f"{self.recognition} → {self.person}"


class Change(models.Model):
    """What a recognition said before its giver changed it. Append-only."""

    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    before = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recognition", "at"], name="recognition_changes_one_by_one")]

    def __str__(self) -> str:
        return f"{self.recognition}: {self.at}"
