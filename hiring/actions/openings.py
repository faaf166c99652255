"""Openings, their stages and their combination rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from foundation.edits import put
from foundation.errors import Invalid, Refused
from hiring import rule as rules
from hiring import signals
from hiring.actions.scores import refresh_opening_scores
from hiring.models import CombinationRule, KitVersion, Opening, Stage
from people.actions import audit
from people.models import Person, Site, Team

EDITABLE = ("title", "team", "site", "headcount", "description", "hiring_manager", "blind")


@dataclass(frozen=True)
class StageInput:
    """A stage as a form or the API describes it; `pk` names an existing one, None makes a new one."""

    name: str
    kit_version: KitVersion | None = None
    panel_size: int = 3
    length_minutes: int = 60
    stalled_after_days: int = 7
    pk: int | None = None


USUAL_STAGES = (StageInput(name="Applied"), StageInput(name="Interview"), StageInput(name="Offer"))


@transaction.atomic
def create_opening(
    *,
    title: str,
    team: Team,
    hiring_manager: Person,
    by: Person,
    at: datetime,
    site: Site | None = None,
    headcount: int = 1,
    description: str = "",
    blind: bool = False,
    recruiters: Iterable[Person] = (),
    stages: Sequence[StageInput] = USUAL_STAGES,
) -> Opening:
    """Prepare an opening, not yet open, with its stages and the rule that its kits suggest."""
    opening = Opening.objects.create(
        title=title,
        team=team,
        site=site,
        headcount=headcount,
        description=description,
        hiring_manager=hiring_manager,
        blind=blind,
        created_by=by,
        created_at=at,
    )
    opening.recruiters.set(recruiters)
    audit.record(by=by, did="hiring.opening_created", thing=opening, team=team, at=at)
    set_stages(opening=opening, stages=stages, by=by, at=at)
    return opening


@transaction.atomic
def edit_opening(
    *, opening: Opening, by: Person, at: datetime, recruiters: Iterable[Person] | None = None, **changes: Any
) -> Opening:
    """Change what an opening says. Whether it is blind is settled by its first interview."""
    opening = Opening.objects.select_for_update().get(pk=opening.pk)
    if changes.get("blind", opening.blind) != opening.blind and _has_interviews(opening):
        raise Refused(_("Whether an opening is blind can't change once an interview is scheduled."))
    changed = put(opening, changes, among=EDITABLE)
    if recruiters is not None:
        opening.recruiters.set(recruiters)
        changed.append("recruiters")
    audit.record(
        by=by, did="hiring.opening_edited", thing=opening, team=opening.team_id, changes={"fields": changed}, at=at
    )
    return opening


@transaction.atomic
def set_stages(
    *, opening: Opening, stages: Sequence[StageInput], by: Person, at: datetime, reason: str = ""
) -> list[Stage]:
    """Make the opening's stages exactly these, in this order, and bring the rule in step.

    A stage that holds applications or interviews stays; its kit stays once it has interviews. After the rule is fixed,
    a change that touches it needs a reason and becomes a new version of the rule.
    """
    opening = Opening.objects.select_for_update().get(pk=opening.pk)
    existing = {stage.pk: stage for stage in opening.stages.all()}
    _check_stages(existing, stages)
    kept = []
    for position, wanted in enumerate(stages, start=1):
        stage = existing.get(wanted.pk or 0) or Stage(opening=opening)
        stage.position = position
        stage.name = wanted.name
        stage.kit_version = wanted.kit_version
        stage.panel_size = wanted.panel_size
        stage.length_minutes = wanted.kit_version.length_minutes if wanted.kit_version else wanted.length_minutes
        stage.stalled_after_days = wanted.stalled_after_days
        stage.save()
        kept.append(stage)
    opening.stages.exclude(pk__in=[stage.pk for stage in kept]).delete()
    audit.record(
        by=by,
        did="hiring.stages_set",
        thing=opening,
        team=opening.team_id,
        changes={"stages": [stage.pk for stage in kept]},
        at=at,
    )
    _bring_rule_in_step(opening, kept, by=by, at=at, reason=reason)
    return kept


@transaction.atomic
def open_opening(*, opening: Opening, by: Person, at: datetime) -> Opening:
    """Open for applications; it needs a stage with a kit, so that candidates are judged alike."""
    opening = Opening.objects.select_for_update().get(pk=opening.pk)
    if opening.state == Opening.State.OPEN:
        raise Refused(_("This opening is open already."))
    if not opening.stages.exclude(kit_version=None).exists():
        raise Refused(_("Give one of the stages a kit first: without it, candidates can't be interviewed alike."))
    opening.state = Opening.State.OPEN
    opening.opened_at = opening.opened_at or at
    opening.closed_at = None
    opening.save(update_fields=["state", "opened_at", "closed_at"])
    signals.opening_opened.send(sender=Opening, opening=opening, at=at)
    audit.record(by=by, did="hiring.opening_opened", thing=opening, team=opening.team_id, at=at)
    return opening


@transaction.atomic
def close_opening(*, opening: Opening, by: Person, at: datetime, reason: str = "") -> Opening:
    """Take no more applications; those in play can still be decided."""
    closed = Opening.objects.filter(pk=opening.pk, state=Opening.State.OPEN).update(
        state=Opening.State.CLOSED, closed_at=at
    )
    if not closed:
        raise Refused(_("This opening is not open."))
    opening.refresh_from_db()
    signals.opening_closed.send(sender=Opening, opening=opening, at=at)
    audit.record(by=by, did="hiring.opening_closed", thing=opening, team=opening.team_id, reason=reason, at=at)
    return opening


def current_rule(opening: Opening) -> CombinationRule | None:
    """The newest version of the opening's rule; None while no stage has a kit."""
    return opening.rules.order_by("-number").first()


@transaction.atomic
def set_rule(
    *, opening: Opening, rule: rules.Rule, by: Person | None, at: datetime, reason: str = ""
) -> CombinationRule:
    """Set the rule. Until the first interview it may be rewritten; from then on each change is a new version with a
    reason, and every score of the opening is computed anew by it in the same transaction."""
    opening = Opening.objects.select_for_update().get(pk=opening.pk)
    _check_rule(opening, rule)
    current = current_rule(opening)
    digest = rules.digest(rule)
    if current is not None and current.digest == digest:
        return current
    if current is not None and current.fixed_at is None:
        current.document, current.digest = rules.document(rule), digest
        current.set_by, current.set_at = by, at
        current.save(update_fields=["document", "digest", "set_by", "set_at"])
        stored = current
    else:
        if current is not None and not reason.strip():
            raise Invalid(
                _("The rule was fixed by the first interview. Say why it changes."),
                errors={"reason": [_("Write the reason for the change.")]},
            )
        stored = CombinationRule.objects.create(
            opening=opening,
            number=current.number + 1 if current else 1,
            document=rules.document(rule),
            digest=digest,
            reason=reason,
            set_by=by,
            set_at=at,
            fixed_at=at if current else None,
        )
        refresh_opening_scores(opening=opening, rule=stored, at=at)
    audit.record(
        by=by,
        did="hiring.rule_set",
        thing=opening,
        team=opening.team_id,
        changes={"version": stored.number, "digest": digest},
        at=at,
    )
    return stored


def suggested_rule(stages: Iterable[Stage], *, like: rules.Rule | None = None) -> rules.Rule | None:
    """The rule the stages' kits suggest; what `like` says of a stage with the same competencies is kept."""
    terms = []
    interviewing = [stage for stage in stages if stage.kit_version_id is not None]
    prefetch_related_objects(interviewing, "kit_version__competencies")
    for stage in interviewing:
        assert stage.kit_version is not None  # noqa: S101 (said above, for the type checker)
        competencies = sorted(stage.kit_version.competencies.all(), key=attrgetter("position"))
        suggested = tuple(rules.Term(each.key, each.weight, each.minimum) for each in competencies)
        if not suggested:
            continue
        kept = like.for_stage(str(stage.pk)) if like else None
        if kept and {term.competency for term in kept.terms} == {term.competency for term in suggested}:
            terms.append(kept)
        else:
            terms.append(rules.StageRule(str(stage.pk), suggested))
    if not terms:
        return None
    return rules.Rule(tuple(terms), compensatory=like.compensatory if like else True)


@transaction.atomic
def fix_rule(*, opening: Opening, at: datetime) -> None:
    """Called when the first interview is scheduled: from now on the rule only changes by a new version."""
    opening.rules.filter(fixed_at__isnull=True).update(fixed_at=at)


def _bring_rule_in_step(opening: Opening, stages: list[Stage], *, by: Person, at: datetime, reason: str) -> None:
    current = current_rule(opening)
    suggested = suggested_rule(stages, like=rules.parse(current.document) if current else None)
    if suggested is None:
        if current is not None and current.fixed_at is None:
            current.delete()
        return
    set_rule(opening=opening, rule=suggested, by=by, at=at, reason=reason)


def _check_rule(opening: Opening, rule: rules.Rule) -> None:
    with_kits = opening.stages.exclude(kit_version=None).prefetch_related("kit_version__competencies")
    stages = {str(stage.pk): stage for stage in with_kits}
    for part in rule.stages:
        stage = stages.get(part.stage)
        if stage is None or stage.kit_version is None:
            raise Refused(_("The rule names a stage that has no interview."))
        known = {each.key for each in stage.kit_version.competencies.all()}
        unknown = [term.competency for term in part.terms if term.competency not in known]
        if unknown:
            raise Refused(
                _("%(stage)s has no competency “%(competency)s”.")
                % {"stage": stage.name, "competency": ", ".join(unknown)}
            )


def _check_stages(existing: dict[int, Stage], stages: Sequence[StageInput]) -> None:
    if not stages:
        raise Refused(_("An opening needs at least one stage."))
    wanted = {stage.pk for stage in stages if stage.pk}
    if wanted - set(existing):
        raise Refused(_("One of the stages is gone. Reload the page and try again."))
    for pk, stage in existing.items():
        if pk not in wanted and (stage.applications.exists() or stage.interviews.exists()):
            raise Refused(
                _("“%(stage)s” holds applications or interviews, so it can't be removed.") % {"stage": stage.name}
            )
    for each in stages:
        _check_kit(existing.get(each.pk or 0), each)


def _check_kit(stage: Stage | None, wanted: StageInput) -> None:
    if wanted.kit_version is not None and wanted.kit_version.is_draft:
        raise Refused(_("“%(kit)s” is a draft. Publish it first.") % {"kit": wanted.kit_version})
    if stage is None:
        return
    new = wanted.kit_version.pk if wanted.kit_version else None
    if stage.kit_version_id != new and stage.interviews.exists():
        raise Refused(
            _("“%(stage)s” has interviews with its kit; candidates must be asked the same. Add a new stage instead.")
            % {"stage": stage.name}
        )


def _has_interviews(opening: Opening) -> bool:
    return opening.stages.filter(interviews__isnull=False).exists()
