"""Who gets what, of every address: one line a route, thing and method. Written from docs/product and the policies, not
from what the views happened to answer; a line that surprises is a question to the product, not to the test.

    route | thing | METHOD | answer: roles; answer: roles

An answer is a status, `in` (sent to sign in) or `setup` (sent to set up a second factor). `*` stands for all who are
signed in and not named in the line. Who is not wholly signed in, and not named, gets what OUTSIDE_ANSWERS says.
The things are those of tests/access/scene.py; what is sent with a write is in tests/access/bodies.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.access.scene import INSIDE, OUTSIDE, ROLES

GROUPS = {
    "EVERYBODY": ROLES,
    "SIGNED_IN": INSIDE,
    # Who runs the openings of team A; who may see them; who may look into kits and library; who may change those.
    "RUN": ("recruiter", "seated"),
    "SEE": ("recruiter", "seated", "manager"),
    "LIBRARY": ("recruiter", "recruiterb", "seated", "manager", "trainer"),
    "RECRUITERS": ("recruiter", "recruiterb", "seated"),
    # The panels of team A besides the recruiter who sits on them.
    "PANEL": ("owing", "submitted", "shadow"),
    # Of those: who owes a scorecard on its sealed interviews; and who sees the opening from off the panel.
    "OWE": ("owing", "shadow", "seated"),
    "OFF": ("recruiter", "manager"),
    # People admins and auditors, wherever.
    "ADMINS": ("admin", "adminb"),
    "AUDITORS": ("auditor", "auditorb"),
    # Of the employee's training: who sees it besides them; of these, who leads or trains them, and who only looks on.
    "WATCH": ("manager", "trainer", "admin", "auditor"),
    "TEACH": ("manager", "trainer"),
    "LOOK": ("admin", "auditor"),
    # Who is in the same team as whoever was thanked in it.
    "TEAM_A": (
        "owing",
        "submitted",
        "shadow",
        "recruiter",
        "seated",
        "manager",
        "trainer",
        "steward",
        "admin",
        "auditor",
    ),
}
OUTSIDE_ANSWERS = {
    "page": {"visitor": "in", "leaver": "in", "halfway": "setup"},
    "api": {"visitor": "401", "leaver": "401", "halfway": "403"},
}

PEOPLE = """
home                           | -              | GET  | 200: *
search                         | -              | GET  | 200: *
notifications:notice-list      | -              | GET  | 200: *
notifications:unread-count     | -              | GET  | 200: *; 286: visitor leaver
notifications:preferences-edit | -              | GET  | 200: *
notifications:preferences-edit | -              | POST | 302: *
notifications:calendar         | -              | GET  | 200: *
notifications:calendar-make    | -              | POST | 200: *
notifications:calendar-off     | -              | POST | 302: *
calendar-feed                  | feed.employee  | GET  | 200: EVERYBODY
calendar-feed                  | feed.gone      | GET  | 404: EVERYBODY
notifications:notice-open      | notice.owing   | POST | 302: owing; 404: *
notifications:notices-read     | -              | POST | 302: *
notifications:mail-switch      | switch.owing   | GET  | 200: * visitor leaver halfway
notifications:mail-switch      | switch.owing   | POST | 200: * visitor leaver halfway
notifications:mail-switch-undo | switch.off     | POST | 200: * visitor leaver halfway
notifications:suppression-list | -              | GET  | 200: ADMINS; 403: *
notifications:suppression-lift | suppression.employee | POST | 302: admin; 404: *
mail-webhook-postmark          | -              | POST | 400: * visitor leaver halfway
mail-webhook-mailgun           | -              | POST | 400: * visitor leaver halfway
notifications:delivery-overview | -             | GET  | 200: admin auditor; 403: *
notifications:delivery-list    | -              | GET  | 200: admin auditor; 403: *
notifications:delivery-detail  | delivery.failed | GET | 200: admin auditor; 404: *
notifications:delivery-detail  | delivery.own   | GET  | 200: admin auditor; 404: *
notifications:delivery-retry   | delivery.failed | POST | 302: admin; 403: auditor; 404: *
notifications:delivery-repeat  | delivery.unknown | GET | 200: admin; 403: auditor; 404: *
notifications:delivery-repeat  | delivery.unknown | POST | 302: admin; 403: auditor; 404: *
notifications:delivery-stop    | delivery.planned | GET | 200: admin; 403: auditor; 404: *
notifications:delivery-stop    | delivery.planned | POST | 302: admin; 403: auditor; 404: *
notifications:delivery-preview | delivery.own   | GET  | 200: admin; 403: auditor; 404: *
notifications:delivery-preview | delivery.failed | GET | 403: admin auditor; 404: *
notifications:delivery-mail    | delivery.own   | GET  | 403: auditor; 404: *
notifications:hold-detail      | -              | GET  | 200: admin auditor; 403: *
notifications:hold-settle      | -              | GET  | 200: admin; 403: *
notifications:hold-settle      | -              | POST | 302: admin; 403: *
notifications:hold-end         | -              | POST | 302: admin; 403: *
notifications:kind-list        | -              | GET  | 200: admin auditor; 403: *
notifications:kind-detail      | kind.scorecard | GET  | 200: admin auditor; 403: *
notifications:kind-mail        | kind.scorecard | GET  | 200: admin auditor; 403: *
notifications:webhook-list     | team.a         | GET  | 200: admin; 403: *
notifications:webhook-list     | team.below     | GET  | 200: admin manager; 403: *
notifications:webhook-list     | team.b         | GET  | 200: admin adminb; 403: *
notifications:webhook-add      | team.a         | GET  | 200: admin; 403: *
notifications:webhook-add      | team.below     | POST | 302: admin manager; 403: *
notifications:webhook-detail   | webhook.a      | GET  | 200: admin; 404: *
notifications:webhook-detail   | webhook.below  | GET  | 200: admin manager; 404: *
notifications:webhook-detail   | webhook.b      | GET  | 200: admin adminb; 404: *
notifications:webhook-edit     | webhook.below  | GET  | 200: admin manager; 404: *
notifications:webhook-edit     | webhook.below  | POST | 302: admin manager; 404: *
notifications:webhook-edit     | webhook.a      | POST | 302: admin; 404: *
notifications:webhook-test     | webhook.below  | POST | 302: admin manager; 404: *
notifications:webhook-test     | webhook.b      | POST | 302: admin adminb; 404: *
notifications:webhook-repeat   | try.below      | POST | 302: admin manager; 404: *
notifications:webhook-pause    | webhook.below  | POST | 302: admin manager; 404: *
notifications:webhook-resume   | webhook.b      | POST | 302: admin adminb; 404: *
notifications:webhook-rotate   | webhook.below  | GET  | 200: admin manager; 404: *
notifications:webhook-rotate   | webhook.below  | POST | 200: admin manager; 404: *
notifications:webhook-remove   | webhook.below  | GET  | 200: admin manager; 404: *
notifications:webhook-remove   | webhook.below  | POST | 302: admin manager; 404: *
people:person-index            | -              | GET  | 302: *
people:me                      | -              | GET  | 302: *
people:me-edit                 | -              | GET  | 200: *
people:me-edit                 | -              | POST | 302: *
people:mine                    | -              | GET  | 200: manager; 403: *
people:person-list             | -              | GET  | 200: *
people:person-export           | -              | GET  | 200: admin; 403: *
people:person-options          | -              | GET  | 200: *
people:person-add              | -              | GET  | 200: ADMINS; 403: *
people:person-add              | -              | POST | 302: admin; 403: *
people:person-detail           | person.employee | GET | 200: *
people:person-detail           | person.gone    | GET  | 200: admin auditor; 404: *
people:person-edit             | person.employee | GET | 200: admin; 403: *
people:person-edit             | person.employee | POST | 302: admin; 403: *
people:person-edit             | person.gone    | GET  | 200: admin; 403: auditor; 404: *
people:person-invite           | person.new     | POST | 302: admin; 403: *
people:person-deactivate       | person.other   | GET  | 200: admin; 403: *
people:person-deactivate       | person.other   | POST | 302: admin; 403: *
people:person-second-factor    | person.other   | GET  | 200: admin; 403: *
people:person-second-factor    | person.manager | POST | 302: admin; 403: *
people:person-leave            | person.employee | GET | 200: employee manager admin auditor; 403: *
people:person-leave            | person.employee | POST | 302: manager admin; 403: *
people:leave-end               | leave.employee | GET  | 200: manager admin; 403: employee auditor; 404: *
people:leave-end               | leave.employee | POST | 302: manager admin; 403: employee auditor; 404: *
people:leave-cancel            | leave.employee | POST | 302: manager admin; 403: employee auditor; 404: *
people:person-waiting          | person.manager | GET  | 200: admin; 403: *
people:person-waiting          | person.manager | POST | 302: admin; 403: *
people:person-reactivate       | person.gone    | POST | 302: admin; 403: auditor; 404: *
people:photo-edit              | person.employee | GET | 200: admin employee; 403: *
people:photo-edit              | person.employee | POST | 302: admin employee; 403: *
people:photo-remove            | person.employee | POST | 302: admin employee; 403: *
people:person-photo            | photo.employee | GET  | 200: *
people:person-photo            | photo.gone     | GET  | 200: admin auditor; 404: *
people:team-list               | -              | GET  | 200: *
people:team-options            | -              | GET  | 200: *
people:team-add                | -              | GET  | 200: admin; 403: *
people:team-add                | -              | POST | 302: admin; 403: *
people:team-detail             | team.a         | GET  | 200: *
people:team-edit               | team.below     | GET  | 200: admin; 403: *
people:team-edit               | team.below     | POST | 302: admin; 403: *
people:site-add                | -              | GET  | 200: admin; 403: *
people:site-add                | -              | POST | 302: admin; 403: *
people:site-edit               | site           | GET  | 200: admin; 403: *
people:site-edit               | site           | POST | 302: admin; 403: *
people:role-list               | -              | GET  | 200: ADMINS AUDITORS; 403: *
people:role-grant              | -              | GET  | 200: admin; 403: *
people:role-grant              | -              | POST | 302: admin; 403: *
people:role-end                | grant.recruiter | GET | 200: admin; 403: recruiter auditor; 404: *
people:role-end                | grant.recruiter | POST | 302: admin; 403: recruiter auditor; 404: *
people:role-end                | grant.b        | GET  | 200: admin; 403: recruiterb adminb AUDITORS; 404: *
people:import-list             | -              | GET  | 200: admin; 403: *
people:import-add              | -              | GET  | 200: admin; 403: *
people:import-add              | -              | POST | 302: admin; 403: *
people:import-template         | -              | GET  | 200: admin; 403: *
people:import-detail           | import.ready   | GET  | 200: admin; 404: *
people:import-detail           | import.rejected | GET | 200: admin; 404: *
people:import-detail           | import.waiting | GET  | 200: admin; 404: *
people:import-errors           | import.waiting | GET  | 200: admin; 404: *
people:import-errors           | import.ready   | GET  | 200: admin; 404: *
people:import-errors           | import.rejected | GET | 200: admin; 404: *
people:import-apply            | import.ready   | POST | 302: admin; 404: *
people:import-cancel           | import.ready   | POST | 302: admin; 404: *
people:import-invite           | import.applied | POST | 302: admin; 404: *
people:audit-list              | -              | GET  | 200: AUDITORS; 403: *
people:audit-export            | -              | GET  | 200: AUDITORS; 403: *
"""

LIBRARY = """
hiring:competency-list         | -              | GET  | 200: LIBRARY; 403: *
hiring:competency-create       | -              | GET  | 200: RECRUITERS; 403: *
hiring:competency-create       | -              | POST | 302: RECRUITERS; 403: *
hiring:competency-detail       | competency     | GET  | 200: LIBRARY; 403: *
hiring:competency-edit         | competency     | GET  | 200: RECRUITERS; 403: *
hiring:competency-edit         | competency     | POST | 302: RECRUITERS; 403: *
hiring:competency-archive      | competency     | POST | 302: RECRUITERS; 403: *
hiring:competency-restore      | competency.archived | POST | 302: RECRUITERS; 403: *
hiring:question-create         | competency     | GET  | 200: RECRUITERS; 403: *
hiring:question-create         | competency     | POST | 302: RECRUITERS; 403: *
hiring:question-edit           | question       | GET  | 200: RECRUITERS; 403: *
hiring:question-edit           | question       | POST | 302: RECRUITERS; 403: *
hiring:question-archive        | question       | POST | 302: RECRUITERS; 403: *
hiring:question-restore        | question.archived | POST | 302: RECRUITERS; 403: *
hiring:kit-list                | -              | GET  | 200: LIBRARY; 403: *
hiring:kit-create              | -              | GET  | 200: RECRUITERS; 403: *
hiring:kit-create              | -              | POST | 302: RECRUITERS; 403: *
hiring:kit-import              | -              | GET  | 200: RECRUITERS; 403: *
hiring:kit-import              | -              | POST | 302: RECRUITERS; 403: *
hiring:kit-detail              | kit            | GET  | 200: LIBRARY; 403: *
hiring:kit-edit                | kit            | GET  | 200: RECRUITERS; 403: *
hiring:kit-edit                | kit            | POST | 302: RECRUITERS; 403: *
hiring:kit-archive             | kit            | POST | 302: RECRUITERS; 403: *
hiring:kit-restore             | kit.archived   | POST | 302: RECRUITERS; 403: *
hiring:kit-compare             | kit            | GET  | 200: LIBRARY; 403: *
hiring:kit-draft               | kit.bare       | POST | 302: RECRUITERS; 403: *
hiring:kit-version-detail      | kit.version    | GET  | 200: LIBRARY; 403: *
hiring:kit-version-detail      | kit.draft      | GET  | 200: LIBRARY; 403: *
hiring:kit-version-detail      | kit.shown      | GET  | 200: LIBRARY; 403: *
hiring:kit-version-preview     | kit.version    | GET  | 200: LIBRARY; 403: *
hiring:kit-version-export      | kit.version    | GET  | 200: LIBRARY; 403: *
hiring:kit-version-edit        | kit.draft      | GET  | 200: RECRUITERS; 403: *
hiring:kit-version-edit        | kit.draft      | POST | 302: RECRUITERS; 403: *
hiring:kit-version-edit        | kit.version    | POST | 409: RECRUITERS; 403: *
hiring:kit-version-publish     | kit.draft      | GET  | 200: RECRUITERS; 403: *
hiring:kit-version-publish     | kit.draft      | POST | 302: RECRUITERS; 403: *
hiring:kit-version-discard     | kit.draft      | GET  | 200: RECRUITERS; 403: *
hiring:kit-version-discard     | kit.draft      | POST | 302: RECRUITERS; 403: *
"""

OPENINGS = """
hiring:opening-list            | -              | GET  | 200: RECRUITERS manager; 403: *
hiring:opening-create          | -              | GET  | 200: RECRUITERS; 403: *
hiring:opening-create          | -              | POST | 302: RUN; 422: recruiterb; 403: *
hiring:opening-detail          | opening.a      | GET  | 200: SEE; 404: *
hiring:opening-detail          | opening.blind  | GET  | 200: SEE; 404: *
hiring:opening-detail          | opening.b      | GET  | 200: recruiterb; 404: *
hiring:opening-figures         | opening.a      | GET  | 200: SEE; 404: *
hiring:opening-edit            | opening.a      | GET  | 200: RUN; 403: manager; 404: *
hiring:opening-edit            | opening.a      | POST | 302: RUN; 403: manager; 404: *
hiring:opening-open            | opening.draft  | POST | 302: RUN; 403: manager; 404: *
hiring:opening-close           | opening.a      | GET  | 200: RUN; 403: manager; 404: *
hiring:opening-close           | opening.a      | POST | 302: RUN; 403: manager; 404: *
hiring:opening-stages          | opening.a      | GET  | 200: RUN; 403: manager; 404: *
hiring:opening-stages          | opening.a      | POST | 302: RUN; 403: manager; 404: *
hiring:opening-rule            | opening.a      | GET  | 200: SEE; 404: *
hiring:opening-rule            | opening.a      | POST | 302: RUN; 403: manager; 404: *
hiring:applications-move       | opening.a      | POST | 302: RUN; 403: manager; 404: *
hiring:moves-undo              | opening.a      | POST | 302: RUN; 403: manager; 404: *
hiring:applications-decide     | opening.a      | POST | 302: RUN; 403: manager; 404: *
hiring:application-create      | opening.a      | GET  | 200: RUN; 403: manager; 404: *
hiring:application-create      | opening.a      | POST | 302: RUN; 403: manager; 404: *
hiring:application-import      | opening.a      | GET  | 200: RUN; 403: manager; 404: *
hiring:application-import      | opening.a      | POST | 302: RUN; 403: manager; 404: *
hiring:stage-compare           | stage.a        | GET  | 200: SEE; 404: *
hiring:stage-compare           | stage.blind    | GET  | 200: SEE; 404: *
hiring:stage-compare-csv       | stage.a        | GET  | 200: SEE; 404: *
hiring:stage-compare-csv       | stage.blind    | GET  | 200: SEE; 404: *
"""

CANDIDATES = """
hiring:candidate-list          | -              | GET  | 200: RECRUITERS manager; 403: *
hiring:candidate-export        | -              | GET  | 200: RECRUITERS manager; 403: *
hiring:candidate-detail        | candidate.sealed | GET | 200: SEE; 404: *
hiring:candidate-detail        | candidate.blind | GET | 200: recruiter manager; 404: *
hiring:candidate-detail        | candidate.veiled | GET | 200: RUN; 404: *
hiring:candidate-write-again   | candidate.sealed | POST | 302: RUN; 403: manager; 404: *
hiring:candidate-edit          | candidate.sealed | GET | 200: RUN; 403: manager; 404: *
hiring:candidate-edit          | candidate.sealed | POST | 302: RUN; 403: manager; 404: *
hiring:candidate-edit          | candidate.blind | GET | 200: recruiter; 403: manager; 404: *
hiring:candidate-import        | -              | GET  | 200: RECRUITERS; 403: *
hiring:candidate-import        | -              | POST | 302: RECRUITERS; 403: *
hiring:candidate-import-template | -            | GET  | 200: RECRUITERS; 403: *
hiring:candidate-import-detail | candidates.ready | GET | 200: recruiter; 404: *
hiring:candidate-import-detail | candidates.rejected | GET | 200: recruiter; 404: *
hiring:candidate-import-columns | candidates.ready | GET | 200: recruiter; 404: *
hiring:candidate-import-columns | candidates.ready | POST | 302: recruiter; 404: *
hiring:candidate-import-errors | candidates.ready | GET | 200: recruiter; 404: *
hiring:candidate-import-errors | candidates.rejected | GET | 200: recruiter; 404: *
hiring:candidate-import-apply  | candidates.ready | POST | 302: recruiter; 404: *
hiring:candidate-import-cancel | candidates.ready | POST | 302: recruiter; 404: *
hiring:application-detail      | application.sealed | GET | 200: SEE; 404: *
hiring:application-detail      | application.revealed | GET | 200: SEE; 404: *
hiring:application-detail      | application.broken | GET | 200: SEE; 404: *
hiring:application-detail      | application.blind | GET | 200: SEE; 404: *
hiring:application-detail      | application.veiled | GET | 200: SEE; 404: *
hiring:application-detail      | application.unblinded | GET | 200: SEE; 404: *
hiring:application-detail      | application.shown | GET | 200: SEE; 404: *
hiring:application-detail      | application.elsewhere | GET | 200: recruiterb; 404: *
hiring:note-add                | application.sealed | POST | 302: SEE; 404: *
hiring:note-add                | application.blind | POST | 302: recruiter manager; 403: seated; 404: *
hiring:file-add                | application.sealed | POST | 302: RUN; 403: manager; 404: *
hiring:file-add                | application.blind | POST | 302: recruiter; 403: manager seated; 404: *
hiring:file-download           | file.sealed    | GET  | 200: SEE; 404: *
hiring:file-download           | file.shown     | GET  | 200: SEE PANEL; 404: *
hiring:file-download           | file.blind     | GET  | 200: recruiter manager; 404: *
hiring:file-download           | file.veiled    | GET  | 200: RUN; 404: *
hiring:file-download           | file.elsewhere | GET  | 200: recruiterb; 404: *
hiring:file-remove             | file.sealed    | GET  | 200: RUN; 403: manager; 404: *
hiring:file-remove             | file.sealed    | POST | 302: RUN; 403: manager; 404: *
hiring:file-remove             | file.shown     | POST | 302: RUN; 403: manager PANEL; 404: *
hiring:application-decide      | application.plain | GET | 200: SEE; 404: *
hiring:application-decide      | application.plain | POST | 302: SEE; 404: *
hiring:application-decide      | application.revealed | GET | 200: SEE; 404: *
hiring:application-decide      | application.sealed | GET | 200: recruiter manager; 403: seated; 404: *
hiring:application-decide      | application.sealed | POST | 302: recruiter manager; 403: seated; 404: *
hiring:application-decide      | application.broken | GET | 200: recruiter manager; 403: seated; 404: *
hiring:application-decide      | application.blind | GET | 200: recruiter manager; 403: seated; 404: *
hiring:application-decide      | application.veiled | GET | 200: SEE; 404: *
"""

INTERVIEWS = """
hiring:interview-list          | -              | GET  | 200: *
hiring:interview-schedule      | application.plain | GET | 200: RUN; 403: manager; 404: *
hiring:interview-schedule      | application.plain | POST | 302: RUN; 403: manager; 404: *
hiring:interview-schedule      | application.blind | GET | 200: RUN; 403: manager; 404: *
hiring:interview-schedule      | application.sealed | POST | 422: RUN; 403: manager; 404: *
hiring:interview-detail        | interview.sealed | GET | 200: SEE PANEL; 404: *
hiring:interview-detail        | interview.revealed | GET | 200: SEE submitted; 404: *
hiring:interview-detail        | interview.broken | GET | 200: SEE PANEL; 404: *
hiring:interview-detail        | interview.coming | GET | 200: SEE owing submitted; 404: *
hiring:interview-detail        | interview.cancelled | GET | 200: SEE owing submitted; 404: *
hiring:interview-detail        | interview.missed | GET | 200: SEE owing; 404: *
hiring:interview-detail        | interview.shown | GET | 200: SEE PANEL; 404: *
hiring:interview-detail        | interview.veiled | GET | 200: SEE; 404: *
hiring:interview-detail        | interview.blind | GET | 200: SEE PANEL; 404: *
hiring:interview-detail        | interview.unblinded | GET | 200: SEE submitted; 404: *
hiring:interview-detail        | interview.elsewhere | GET | 200: recruiterb; 404: *
hiring:interview-calendar      | interview.sealed | GET | 200: SEE PANEL; 404: *
hiring:interview-calendar      | interview.blind | GET | 200: SEE PANEL; 404: *
hiring:interview-reschedule    | interview.coming | GET | 200: RUN; 403: manager owing submitted; 404: *
hiring:interview-reschedule    | interview.coming | POST | 302: RUN; 403: manager owing submitted; 404: *
hiring:interview-reschedule    | interview.sealed | GET | 403: SEE PANEL; 404: *
hiring:interview-panel         | interview.coming | GET | 200: RUN; 403: manager owing submitted; 404: *
hiring:interview-panel         | interview.coming | POST | 302: RUN; 403: manager owing submitted; 404: *
hiring:interview-panel         | interview.sealed | GET | 200: recruiter; 403: seated manager PANEL; 404: *
hiring:interview-cancel        | interview.coming | GET | 200: RUN; 403: manager owing submitted; 404: *
hiring:interview-cancel        | interview.coming | POST | 302: RUN; 403: manager owing submitted; 404: *
hiring:interview-cancel        | interview.sealed | POST | 403: SEE PANEL; 404: *
hiring:interview-no-show       | interview.begun | GET | 200: RUN; 403: manager owing submitted; 404: *
hiring:interview-no-show       | interview.begun | POST | 302: RUN; 403: manager owing submitted; 404: *
hiring:interview-take-up       | interview.missed | POST | 302: RUN; 403: manager owing; 404: *
hiring:interview-break-seal    | interview.sealed | GET | 200: recruiter; 403: seated manager PANEL; 404: *
hiring:interview-break-seal    | interview.sealed | POST | 302: recruiter; 403: seated manager PANEL; 404: *
hiring:interview-break-seal    | interview.blind | GET | 200: recruiter; 403: seated manager PANEL; 404: *
"""

JUDGEMENT = """
hiring:scorecard-fill          | interview.sealed | GET | 200: OWE; 302: submitted; 403: OFF; 404: *
hiring:scorecard-fill          | interview.sealed | POST | 302: OWE submitted; 403: OFF; 404: *
hiring:scorecard-fill          | interview.coming | GET | 302: owing submitted seated; 403: OFF; 404: *
hiring:scorecard-fill          | interview.blind | GET | 200: OWE; 302: submitted; 403: OFF; 404: *
hiring:scorecard-save          | interview.sealed | GET | 200: OWE submitted; 403: OFF; 404: *
hiring:scorecard-save          | interview.sealed | POST | 200: OWE; 409: submitted; 403: OFF; 404: *
hiring:scorecard-review        | interview.sealed | GET | 200: owing; 302: shadow seated submitted; 403: OFF; 404: *
hiring:scorecard-submit        | interview.sealed | POST | 302: OWE submitted; 403: OFF; 404: *
hiring:scorecard-detail        | scorecard.sealed | GET | 200: submitted; 404: *
hiring:scorecard-detail        | scorecard.draft | GET | 200: owing; 404: *
hiring:scorecard-detail        | scorecard.blind | GET | 200: submitted; 404: *
hiring:scorecard-detail        | scorecard.shown | GET | 200: submitted; 404: *
hiring:scorecard-detail        | scorecard.veiled | GET | 200: manager; 404: *
hiring:scorecard-detail        | scorecard.revealed | GET | 200: SEE submitted; 404: *
hiring:scorecard-detail        | scorecard.other.revealed | GET | 200: SEE submitted; 404: *
hiring:scorecard-detail        | scorecard.broken | GET | 200: recruiter manager submitted; 404: *
hiring:scorecard-detail        | scorecard.unblinded | GET | 200: SEE submitted; 404: *
hiring:scorecard-detail        | scorecard.other.unblinded | GET | 200: SEE submitted; 404: *
hiring:scorecard-detail        | scorecard.other.elsewhere | GET | 200: recruiterb; 404: *
hiring:later-view-add          | scorecard.revealed | GET | 200: submitted; 403: SEE; 404: *
hiring:later-view-add          | scorecard.revealed | POST | 302: submitted; 403: SEE; 404: *
hiring:later-view-add          | scorecard.sealed | POST | 403: submitted; 404: *
hiring:interview-debrief       | interview.revealed | GET | 200: SEE submitted; 404: *
hiring:interview-debrief       | interview.sealed | GET | 403: SEE PANEL; 404: *
hiring:interview-debrief       | interview.broken | GET | 200: recruiter manager submitted; 403: OWE; 404: *
hiring:interview-debrief       | interview.unblinded | GET | 200: SEE submitted; 404: *
hiring:debrief-note-add        | interview.revealed | POST | 302: SEE submitted; 404: *
hiring:debrief-note-add        | interview.sealed | POST | 403: SEE PANEL; 404: *
hiring:debrief-note-add        | interview.broken | POST | 302: recruiter manager submitted; 403: OWE; 404: *
"""

# Modules belong to the whole organisation; answers and drafts to whoever writes modules. What somebody does with a part
# is their own: who may see how far they came is told so, and not let in.
TRAINING = """
training:mine                  | -              | GET  | 200: *
training:module-list           | -              | GET  | 200: *
training:module-create         | -              | GET  | 200: trainer; 403: *
training:module-create         | -              | POST | 302: trainer; 403: *
training:module-start          | -              | GET  | 200: trainer; 403: *
training:module-start          | -              | POST | 302: trainer; 403: *
training:draft-parts           | module.free    | GET  | 200: trainer; 403: *
training:draft-parts           | module.open    | GET  | 200: trainer; 403: *
training:draft-parts           | module.free    | POST | 302: trainer; 403: *
training:draft-part            | draft.lesson   | GET  | 200: trainer; 403: *
training:draft-part            | draft.lesson   | POST | 302: trainer; 403: *
training:draft-part            | draft.quiz     | GET  | 200: trainer; 403: *
training:draft-part-move       | draft.lesson   | POST | 302: trainer; 403: *
training:draft-part-remove     | draft.lesson   | GET  | 200: trainer; 403: *
training:draft-part-remove     | draft.lesson   | POST | 302: trainer; 403: *
training:draft-item-add        | draft.quiz     | POST | 302: trainer; 403: *
training:draft-item            | draft.question | GET  | 200: trainer; 403: *
training:draft-item            | draft.question | POST | 302: trainer; 403: *
training:draft-item-move       | draft.question | POST | 302: trainer; 403: *
training:draft-item-remove     | draft.question | GET  | 200: trainer; 403: *
training:draft-item-remove     | draft.question | POST | 302: trainer; 403: *
training:module-detail         | module.free    | GET  | 200: *
training:module-detail         | module.open    | GET  | 200: *
training:module-detail         | module.new     | GET  | 200: trainer; 404: *
training:module-detail         | module.archived | GET | 200: trainer; 404: *
training:module-edit           | module.free    | GET  | 200: trainer; 403: *
training:module-edit           | module.free    | POST | 302: trainer; 403: *
training:module-first          | module.free    | GET  | 200: trainer; 403: *
training:module-first          | module.free    | POST | 302: trainer; 403: *
training:module-draft          | module.free    | GET  | 200: trainer; 403: *
training:module-draft          | module.open    | GET  | 200: trainer; 403: *
training:module-draft          | module.free    | POST | 302: trainer; 403: *
training:module-take           | module.free    | POST | 302: *
training:module-take           | module.new     | POST | 302: trainer; 404: *
training:module-give           | module.free    | GET  | 200: TEACH; 403: *
training:module-give           | module.free    | POST | 302: TEACH; 403: *
training:module-give           | module.new     | GET  | 404: TEACH; 403: *
training:module-archive        | module.free    | POST | 302: trainer; 403: *
training:module-restore        | module.archived | POST | 302: trainer; 403: *
training:version-detail        | version.free   | GET  | 200: trainer; 403: *
training:version-detail        | version.draft  | GET  | 200: trainer; 403: *
training:version-detail        | version.new    | GET  | 200: trainer; 403: *
training:version-questions     | version.draft  | GET  | 200: trainer; 403: *
training:version-questions     | version.seen   | GET  | 200: trainer; 403: *
training:version-export        | version.draft  | GET  | 200: trainer; 403: *
training:version-export        | version.fresh  | GET  | 200: trainer; 403: *
training:version-export        | version.seen   | GET  | 200: trainer; 403: *
training:version-publish       | version.draft  | GET  | 200: trainer; 403: *
training:version-publish       | version.draft  | POST | 302: trainer; 403: *
training:version-discard       | version.draft  | GET  | 200: trainer; 403: *
training:version-discard       | version.draft  | POST | 302: trainer; 403: *
training:assignment-detail     | assignment.handed | GET | 200: employee WATCH; 404: *
training:part-detail           | evidence.handed | GET | 200: employee; 403: WATCH; 404: *
training:part-hand-in          | evidence.missing | POST | 302: employee; 403: WATCH; 404: *
training:evidence-file         | paper.handed   | GET  | 200: employee manager trainer; 404: *
training:sign-off-detail       | sign-off.handed | GET | 200: employee manager; 404: *
training:sign-off-detail       | sign-off.handed | POST | 302: manager; 403: employee; 404: *
training:version-files         | version.draft  | GET  | 200: trainer; 403: *
training:version-files         | version.free   | GET  | 200: trainer; 403: *
training:version-files         | version.draft  | POST | 302: trainer; 403: *
training:file-read             | file.draft     | GET  | 200: trainer; 404: *
training:file-read             | file.archived  | GET  | 200: trainer; 404: *
training:file-read             | file.free      | GET  | 200: *
training:file-remove           | file.draft     | POST | 302: trainer; 403: *
training:skill-list            | -              | GET  | 200: *
training:skill-create          | -              | GET  | 200: trainer; 403: *
training:skill-create          | -              | POST | 302: trainer; 403: *
training:skill-needs           | -              | GET  | 200: trainer; 403: *
training:skill-needs           | -              | POST | 302: trainer; 403: *
training:my-skills             | -              | GET  | 200: *
training:skill-detail          | skill.used     | GET  | 200: *
training:skill-detail          | skill.archived | GET  | 200: trainer; 404: *
training:skill-edit            | skill.used     | GET  | 200: trainer; 403: *
training:skill-edit            | skill.used     | POST | 302: trainer; 403: *
training:skill-given           | skill.used     | POST | 302: trainer; 403: *
training:skill-archive         | skill.used     | POST | 302: trainer; 403: *
training:skill-restore         | skill.archived | POST | 302: trainer; 403: *
training:person-skills         | person.employee | GET | 200: employee WATCH; 404: *
training:skill-judge           | judged.employee | GET | 200: TEACH; 403: employee LOOK; 404: *
training:skill-judge           | judged.employee | POST | 302: TEACH; 403: employee LOOK; 404: *
training:skill-matrix          | -              | GET  | 200: TEACH ADMINS AUDITORS; 403: *
training:skill-matrix-csv      | -              | GET  | 200: TEACH ADMINS AUDITORS; 403: *
training:path-list             | -              | GET  | 200: *
training:path-create           | -              | GET  | 200: trainer; 403: *
training:path-create           | -              | POST | 302: trainer; 403: *
training:path-import           | -              | GET  | 200: trainer; 403: *
training:path-import           | -              | POST | 302: trainer; 403: *
training:path-export           | path.free      | GET  | 200: trainer; 403: *
training:path-export           | path.draft     | GET  | 200: trainer; 403: *
training:path-detail           | path.free      | GET  | 200: *
training:path-detail           | path.draft     | GET  | 200: trainer; 404: *
training:path-detail           | path.retired   | GET  | 200: employee trainer; 404: *
training:path-edit             | path.draft     | GET  | 200: trainer; 403: *
training:path-edit             | path.free      | POST | 302: trainer; 403: *
training:path-publish          | path.draft     | POST | 302: trainer; 403: *
training:path-retire           | path.free      | POST | 302: trainer; 403: *
training:path-give             | path.free      | GET  | 200: TEACH; 403: *
training:path-give             | path.free      | POST | 302: TEACH; 403: *
training:path-give             | path.draft     | GET  | 404: TEACH; 403: *
training:path-rule-create      | path.free      | GET  | 200: trainer; 403: *
training:path-rule-create      | path.free      | POST | 302: trainer; 403: *
training:path-take-off         | path-given.employee | GET | 200: TEACH; 403: employee LOOK; 404: *
training:path-take-off         | path-given.employee | POST | 302: TEACH; 403: employee LOOK; 404: *
training:rule-list             | -              | GET  | 200: trainer; 403: *
training:rule-create           | module.free    | GET  | 200: trainer; 403: *
training:rule-create           | module.free    | POST | 302: trainer; 403: *
training:rule-detail           | rule.off       | GET  | 200: trainer; 403: *
training:rule-detail           | rule.on        | GET  | 200: trainer; 403: *
training:rule-edit             | rule.off       | GET  | 200: trainer; 403: *
training:rule-edit             | rule.off       | POST | 302: trainer; 403: *
training:rule-switch-on        | rule.off       | POST | 302: trainer; 403: *
training:rule-switch-off       | rule.on        | POST | 302: trainer; 403: *
training:assignment-detail     | assignment.open | GET | 200: employee WATCH; 404: *
training:assignment-detail     | assignment.fresh | GET | 200: employee WATCH; 404: *
training:assignment-detail     | assignment.seen | GET | 200: employee WATCH; 404: *
training:assignment-detail     | assignment.waived | GET | 200: employee WATCH; 404: *
training:assignment-detail     | assignment.withdrawn | GET | 200: employee WATCH; 404: *
training:assignment-detail     | assignment.elsewhere | GET | 200: recruiterb trainer ADMINS AUDITORS; 404: *
training:assignment-extend     | assignment.open | GET | 200: TEACH; 403: employee LOOK; 404: *
training:assignment-extend     | assignment.open | POST | 302: TEACH; 403: employee LOOK; 404: *
training:assignment-extend     | assignment.elsewhere | POST | 302: trainer; 403: recruiterb ADMINS AUDITORS; 404: *
training:assignment-waive      | assignment.open | GET | 200: TEACH; 403: employee LOOK; 404: *
training:assignment-waive      | assignment.open | POST | 302: TEACH; 403: employee LOOK; 404: *
training:assignment-withdraw   | assignment.open | GET | 200: TEACH; 403: employee LOOK; 404: *
training:assignment-withdraw   | assignment.open | POST | 302: TEACH; 403: employee LOOK; 404: *
training:part-detail           | quiz.fresh     | GET  | 200: employee; 403: WATCH; 404: *
training:part-detail           | lesson.open    | GET  | 200: employee; 403: WATCH; 404: *
training:part-detail           | writing.open   | GET  | 200: employee; 403: WATCH; 404: *
training:part-detail           | quiz.open      | GET  | 200: employee; 403: WATCH; 404: *
training:part-detail           | quiz.seen      | GET  | 200: employee; 403: WATCH; 404: *
training:part-detail           | scenario.open  | GET  | 200: employee; 403: WATCH; 404: *
training:part-detail           | scenario.seen  | GET  | 200: employee; 403: WATCH; 404: *
training:part-detail           | practice.open  | GET  | 200: employee; 403: WATCH; 404: *
training:part-detail           | practice.seen  | GET  | 200: employee; 403: WATCH; 404: *
training:part-done             | lesson.open    | POST | 302: employee; 403: WATCH; 404: *
training:part-write            | writing.open   | POST | 302: employee; 403: WATCH; 404: *
training:part-try              | quiz.seen      | POST | 302: employee; 403: WATCH; 404: *
training:part-answer           | quiz.open      | POST | 302: employee; 403: WATCH; 404: *
training:part-choose           | scenario.open  | POST | 302: employee; 403: WATCH; 404: *
training:part-ask              | practice.seen  | POST | 302: employee; 403: WATCH; 404: *
training:sign-off-list         | -              | GET  | 200: *
training:sign-off-detail       | sign-off.waiting | GET | 200: employee manager; 404: *
training:sign-off-detail       | sign-off.judged | GET | 200: employee owing; 404: *
training:sign-off-detail       | sign-off.waiting | POST | 302: manager; 403: employee; 404: *
training:sign-off-take-back    | sign-off.waiting | POST | 302: employee; 403: manager; 404: *
training:part-detail           | session-part.open | GET | 200: employee; 403: WATCH; 404: *
training:session-list          | -              | GET  | 200: *
training:session-plan          | module.live    | GET  | 200: trainer; 403: *
training:session-plan          | module.live    | POST | 302: trainer; 403: *
training:session-detail        | session.seat   | GET  | 200: *
training:session-detail        | session.free   | GET  | 200: *
training:session-detail        | session.over   | GET  | 200: *
training:session-detail        | session.archived | GET | 200: trainer; 404: *
training:session-book          | session.free   | POST | 302: *
training:session-book          | session.archived | POST | 302: trainer; 404: *
training:session-give-up       | session.seat   | POST | 302: *
training:session-edit          | session.seat   | GET  | 200: trainer; 403: *
training:session-edit          | session.seat   | POST | 302: trainer; 403: *
training:session-cancel        | session.seat   | GET  | 200: trainer; 403: *
training:session-cancel        | session.free   | POST | 302: trainer; 403: *
training:session-people        | session.seat   | GET  | 200: trainer; 403: *
training:session-people        | session.seat   | POST | 302: trainer; 403: *
training:session-attendance    | session.over   | GET  | 200: trainer; 403: *
training:session-attendance    | session.over   | POST | 302: trainer; 403: *
training:booking-release       | booking.seat   | POST | 302: trainer; 403: employee manager LOOK; 404: *
training:booking-correct       | booking.over   | GET  | 200: trainer; 403: employee manager LOOK; 404: *
training:booking-correct       | booking.over   | POST | 302: trainer; 403: employee manager LOOK; 404: *
training:transcript            | person.employee | GET | 200: employee WATCH; 404: *
training:transcript            | person.recruiterb | GET | 200: recruiterb trainer ADMINS AUDITORS; 404: *
training:transcript-csv        | person.employee | GET | 200: employee WATCH; 404: *
training:certificate-pdf       | completion.done | GET | 200: employee WATCH; 404: *
training:certificate-pdf       | completion.elsewhere | GET | 200: recruiterb trainer ADMINS AUDITORS; 404: *
training:completion-revoke     | completion.done | GET | 200: trainer admin; 403: employee manager auditor; 404: *
training:completion-revoke     | completion.done | POST | 302: trainer admin; 403: employee manager auditor; 404: *
training:completion-add        | person.employee | GET | 200: trainer admin; 403: employee manager auditor; 404: *
training:completion-add        | person.employee | POST | 302: trainer admin; 403: employee manager auditor; 404: *
training:import-add            | -              | GET  | 200: trainer ADMINS; 403: *
training:import-add            | -              | POST | 302: trainer ADMINS; 403: *
training:import-template       | -              | GET  | 200: trainer ADMINS; 403: *
training:import-detail         | completions.ready | GET | 200: trainer; 404: *
training:import-detail         | completions.rejected | GET | 200: trainer; 404: *
training:import-errors         | completions.rejected | GET | 200: trainer; 404: *
training:import-apply          | completions.ready | POST | 302: trainer; 404: *
training:import-cancel         | completions.ready | POST | 302: trainer; 404: *
certificate-verify             | paper.done     | GET  | 200: * visitor leaver halfway
certificate-verify             | paper.revoked  | GET  | 200: * visitor leaver halfway
certificate-verify             | paper.made_up  | GET  | 404: * visitor leaver halfway
training:matrix                | -              | GET  | 200: TEACH ADMINS AUDITORS; 403: *
training:matrix-csv            | -              | GET  | 200: TEACH ADMINS AUDITORS; 403: *
training:past-day              | -              | GET  | 200: TEACH ADMINS AUDITORS; 403: *
training:past-day-csv          | -              | GET  | 200: TEACH ADMINS AUDITORS; 403: *
training:together-give         | -              | POST | 302: TEACH; 403: *
training:together-extend       | -              | POST | 302: TEACH; 403: *
training:together-nudge        | -              | POST | 302: TEACH; 403: *
"""

# The manager has a passkey; nobody has an app or codes.
ACCOUNT = """
account_index                  | -              | GET  | 302: *
account_security               | -              | GET  | 200: *
account_login                  | -              | GET  | 200: visitor leaver; setup: halfway; 302: *
account_login                  | -              | POST | 200: visitor leaver; setup: halfway; 302: *
account_logout                 | -              | GET  | in: visitor leaver; 200: * halfway
account_logout                 | -              | POST | in: visitor leaver * halfway
account_inactive               | -              | GET  | 200: visitor leaver *; setup: halfway
account_reauthenticate         | -              | GET  | 200: * halfway
account_reauthenticate         | -              | POST | 200: * halfway
account_invitation             | -              | GET  | 410: visitor leaver *; setup: halfway
account_invitation             | -              | POST | 410: visitor leaver *; setup: halfway
account_invitation_link        | invitation     | GET  | 302: visitor leaver *; setup: halfway
account_email_verification_sent | -             | GET  | 200: visitor leaver *; setup: halfway
account_confirm_email          | confirmation   | GET  | 200: visitor leaver *; setup: halfway
account_confirm_email          | confirmation   | POST | 404: visitor leaver *; setup: halfway
account_change_password        | -              | GET  | 200: *
account_change_password        | -              | POST | 302: *
account_set_password           | -              | GET  | 302: *
account_set_password           | -              | POST | 302: *
account_reset_password         | -              | GET  | 200: visitor leaver *; setup: halfway
account_reset_password         | -              | POST | 302: visitor leaver *; setup: halfway
account_reset_password_done    | -              | GET  | 200: visitor leaver *; setup: halfway
account_reset_password_from_key | reset         | GET  | 200: visitor leaver *; setup: halfway
account_reset_password_from_key | reset         | POST | 200: visitor leaver *; setup: halfway
account_reset_password_from_key_done | -        | GET  | 200: visitor leaver *; setup: halfway
mfa_authenticate               | -              | GET  | in: visitor leaver; setup: halfway; 302: *
mfa_authenticate               | -              | POST | in: visitor leaver; setup: halfway; 302: *
mfa_reauthenticate             | -              | GET  | 302: * halfway
mfa_reauthenticate             | -              | POST | 302: * halfway
second_factor_setup            | -              | GET  | 302: *; 200: halfway
mfa_index                      | -              | GET  | 302: * halfway
mfa_activate_totp              | -              | GET  | 200: * halfway
mfa_activate_totp              | -              | POST | 200: * halfway
mfa_deactivate_totp            | -              | GET  | 404: *
mfa_deactivate_totp            | -              | POST | 404: *
mfa_view_recovery_codes        | -              | GET  | 404: *
mfa_generate_recovery_codes    | -              | GET  | 200: *
mfa_generate_recovery_codes    | -              | POST | 302: manager; 200: *
mfa_download_recovery_codes    | -              | GET  | 404: *
mfa_list_webauthn              | -              | GET  | 302: *
mfa_add_webauthn               | -              | GET  | 200: * halfway
mfa_add_webauthn               | -              | POST | 200: * halfway
mfa_reauthenticate_webauthn    | -              | GET  | 200: manager; 302: * halfway
mfa_reauthenticate_webauthn    | -              | POST | in: manager; 302: * halfway
mfa_login_webauthn             | -              | GET  | in: visitor leaver; setup: halfway; 302: *
mfa_login_webauthn             | -              | POST | in: visitor leaver; setup: halfway; 302: *
mfa_edit_webauthn              | passkey        | GET  | 200: manager; 404: *
mfa_edit_webauthn              | passkey        | POST | 302: manager; 404: *
mfa_remove_webauthn            | passkey        | GET  | 200: manager; 404: *
mfa_remove_webauthn            | passkey        | POST | 302: manager; 404: *
mfa_remove_webauthn            | passkey        | DELETE | 302: manager; 404: *
socialaccount_login_cancelled  | -              | GET  | 200: visitor leaver *; setup: halfway
openid_connect_login           | provider       | POST | 404: visitor leaver *; setup: halfway
openid_connect_callback        | provider       | GET  | 404: visitor leaver *; setup: halfway
account_sessions_end           | -              | POST | 302: *
account_session_end            | session        | POST | 302: manager; 404: *
account_token_add              | -              | GET  | 200: *
account_token_add              | -              | POST | 200: *
account_token_revoke           | token.manager  | GET  | 200: manager; 404: *
account_token_revoke           | token.manager  | POST | 302: manager; 404: *
"""

PORTAL = """
styleguide                     | -              | GET  | 404: *
livez                          | -              | GET  | 200: EVERYBODY
readyz                         | -              | GET  | 200: EVERYBODY
robots                         | -              | GET  | 200: EVERYBODY
security_txt                   | -              | GET  | 404: EVERYBODY
change_password                | -              | GET  | 302: EVERYBODY
api-docs                       | -              | GET  | 200: *; in: visitor leaver; 403: halfway
api-schema                     | -              | GET  | 200: *
"""

PEOPLE_API = """
people-api:person-list         | -              | GET  | 200: *
people-api:person-detail       | person.employee | GET | 200: *
people-api:person-detail       | person.gone    | GET  | 200: admin auditor; 404: *
people-api:me                  | -              | GET  | 200: *
people-api:me                  | -              | PATCH | 200: *
people-api:team-list           | -              | GET  | 200: *
people-api:team-detail         | team.a         | GET  | 200: *
people-api:site-list           | -              | GET  | 200: *
"""

TRAINING_API = """
training-api:module-list       | -              | GET  | 200: *
training-api:module-list       | -              | POST | 201: trainer; 403: *
training-api:module-draft      | module.free    | PUT  | 200: trainer; 403: *
training-api:module-draft      | module.new     | PUT  | 200: trainer; 404: *
training-api:module-archive    | module.free    | POST | 200: trainer; 403: *
training-api:module-restore    | module.archived | POST | 200: trainer; 404: *
training-api:version-list      | module.free    | GET  | 200: trainer; 403: *
training-api:version-list      | module.new     | GET  | 200: trainer; 404: *
training-api:version-detail    | version.draft  | GET  | 200: trainer; 403: *
training-api:version-publish   | version.draft  | POST | 200: trainer; 403: *
training-api:version-discard   | version.draft  | POST | 204: trainer; 403: *
training-api:version-export    | version.seen   | GET  | 200: trainer; 403: *
training-api:version-export    | version.draft  | GET  | 200: trainer; 403: *
training-api:module-detail     | module.fresh   | GET  | 200: *
training-api:module-detail     | module.seen    | GET  | 200: *
training-api:module-detail     | module.new     | GET  | 200: trainer; 404: *
training-api:module-detail     | module.archived | GET | 200: trainer; 404: *
training-api:path-list         | -              | GET  | 200: *
training-api:path-list         | -              | POST | 201: trainer; 403: *
training-api:path-detail       | path.free      | GET  | 200: *
training-api:path-detail       | path.draft     | GET  | 200: trainer; 404: *
training-api:path-detail       | path.retired   | GET  | 200: employee trainer; 404: *
training-api:path-detail       | path.free      | PATCH | 200: trainer; 403: *
training-api:path-publish      | path.draft     | POST | 200: trainer; 404: *
training-api:path-retire       | path.free      | POST | 200: trainer; 403: *
training-api:path-assignment-list | -           | GET  | 200: *
training-api:path-assignment-list | -           | POST | 201: TEACH; 403: *
training-api:path-assignment-detail | path-given.employee | GET | 200: employee WATCH; 404: *
training-api:path-assignment-withdraw | path-given.employee | POST | 200: TEACH; 403: employee LOOK; 404: *
training-api:assignment-list   | -              | GET  | 200: *
training-api:assignment-list   | -              | POST | 201: TEACH; 403: *
training-api:assignment-detail | assignment.open | GET | 200: employee WATCH; 404: *
training-api:assignment-detail | assignment.waived | GET | 200: employee WATCH; 404: *
training-api:assignment-detail | assignment.elsewhere | GET | 200: recruiterb trainer ADMINS AUDITORS; 404: *
training-api:assignment-extend | assignment.open | POST | 200: TEACH; 403: employee LOOK; 404: *
training-api:assignment-extend | assignment.elsewhere | POST | 200: trainer; 403: recruiterb ADMINS AUDITORS; 404: *
training-api:assignment-waive  | assignment.open | POST | 200: TEACH; 403: employee LOOK; 404: *
training-api:assignment-withdraw | assignment.open | POST | 200: TEACH; 403: employee LOOK; 404: *
training-api:completion-list   | -              | GET  | 200: *
training-api:completion-detail | completion.employee | GET | 200: employee WATCH; 404: *
training-api:statement-list    | -              | GET  | 200: *
training-api:transcript        | person.employee | GET | 200: employee WATCH; 404: *
training-api:transcript        | person.recruiterb | GET | 200: recruiterb trainer ADMINS AUDITORS; 404: *
training-api:sign-off-list     | -              | GET  | 200: *
training-api:sign-off-detail   | sign-off.waiting | GET | 200: employee manager; 404: *
training-api:sign-off-detail   | sign-off.judged | GET | 200: employee owing; 404: *
training-api:sign-off-judge    | sign-off.waiting | POST | 200: manager; 403: employee; 404: *
training-api:sign-off-take-back | sign-off.waiting | POST | 200: employee; 403: manager; 404: *
training-api:session-list      | -              | GET  | 200: *
training-api:session-list      | -              | POST | 201: trainer; 403: *
training-api:session-detail    | session.seat   | GET  | 200: *
training-api:session-detail    | session.archived | GET | 200: trainer; 404: *
training-api:session-detail    | session.seat   | PATCH | 200: trainer; 403: *
training-api:session-cancel    | session.free   | POST | 200: trainer; 403: *
training-api:session-attendance | session.over  | POST | 200: trainer; 403: *
training-api:session-bookings  | session.seat   | GET  | 200: *
training-api:session-bookings  | session.archived | GET | 200: trainer; 404: *
training-api:session-bookings  | session.free   | POST | 200: manager; 409: *
training-api:booking-give-up   | booking.seat   | POST | 200: employee trainer; 403: manager LOOK; 404: *
training-api:booking-correct   | booking.over   | POST | 200: trainer; 403: employee manager LOOK; 404: *
training-api:skill-list        | -              | GET  | 200: *
training-api:skill-list        | -              | POST | 201: trainer; 403: *
training-api:skill-detail      | skill.used     | GET  | 200: *
training-api:skill-detail      | skill.archived | GET  | 200: trainer; 404: *
training-api:skill-detail      | skill.used     | PATCH | 200: trainer; 403: *
training-api:skill-given       | skill.used     | PUT  | 200: trainer; 403: *
training-api:skill-archive     | skill.used     | POST | 200: trainer; 403: *
training-api:skill-restore     | skill.archived | POST | 200: trainer; 404: *
training-api:skill-needs       | -              | GET  | 200: trainer; 403: *
training-api:skill-needs       | -              | PUT  | 200: trainer; 403: *
training-api:skill-sign-off-list | -            | GET  | 200: *
training-api:skill-sign-off-list | -            | POST | 201: TEACH; 403: *
training-api:person-skills     | person.employee | GET | 200: employee WATCH; 404: *
training-api:rule-list         | -              | GET  | 200: trainer; 403: *
training-api:rule-list         | -              | POST | 201: trainer; 403: *
training-api:rule-detail       | rule.off       | PATCH | 200: trainer; 403: *
training-api:rule-preview      | rule.off       | GET  | 200: trainer; 403: *
training-api:rule-detail       | rule.on        | GET  | 200: trainer; 403: *
training-api:rule-detail       | rule.off       | GET  | 200: trainer; 403: *
training-api:rule-switch-on    | rule.off       | POST | 200: trainer; 403: *
training-api:rule-switch-off   | rule.on        | POST | 200: trainer; 403: *
"""

HIRING_API = """
hiring-api:competency-list     | -              | GET  | 200: LIBRARY; 403: *
hiring-api:competency-list     | -              | POST | 201: RECRUITERS; 403: *
hiring-api:competency-detail   | competency     | GET  | 200: LIBRARY; 403: *
hiring-api:competency-detail   | competency     | PATCH | 200: RECRUITERS; 403: *
hiring-api:competency-archive  | competency     | POST | 200: RECRUITERS; 403: *
hiring-api:competency-restore  | competency.archived | POST | 200: RECRUITERS; 403: *
hiring-api:question-list       | competency     | POST | 201: RECRUITERS; 403: *
hiring-api:question-detail     | question       | GET  | 200: LIBRARY; 403: *
hiring-api:question-detail     | question       | PATCH | 200: RECRUITERS; 403: *
hiring-api:question-archive    | question       | POST | 200: RECRUITERS; 403: *
hiring-api:question-restore    | question.archived | POST | 200: RECRUITERS; 403: *
hiring-api:kit-list            | -              | GET  | 200: LIBRARY; 403: *
hiring-api:kit-detail          | kit            | GET  | 200: LIBRARY; 403: *
hiring-api:kit-version-list    | kit            | GET  | 200: LIBRARY; 403: *
hiring-api:kit-version-detail  | kit.version    | GET  | 200: LIBRARY; 403: *
hiring-api:kit-version-detail  | kit.draft      | GET  | 200: LIBRARY; 403: *
hiring-api:kit-version-export  | kit.version    | GET  | 200: LIBRARY; 403: *
hiring-api:opening-list        | -              | GET  | 200: RECRUITERS manager; 403: *
hiring-api:opening-list        | -              | POST | 201: RUN; 400: recruiterb; 403: *
hiring-api:opening-detail      | opening.a      | GET  | 200: SEE; 404: *
hiring-api:opening-detail      | opening.b      | GET  | 200: recruiterb; 404: *
hiring-api:opening-detail      | opening.a      | PATCH | 200: RUN; 403: manager; 404: *
hiring-api:opening-open        | opening.draft  | POST | 200: RUN; 403: manager; 404: *
hiring-api:opening-close       | opening.a      | POST | 200: RUN; 403: manager; 404: *
hiring-api:stage-list          | opening.a      | GET  | 200: SEE; 404: *
hiring-api:stage-list          | opening.a      | PUT  | 200: RUN; 403: manager; 404: *
hiring-api:rule-list           | opening.a      | GET  | 200: SEE; 404: *
hiring-api:rule-list           | opening.a      | POST | 201: RUN; 403: manager; 404: *
hiring-api:stage-comparison    | stage.a        | GET  | 200: SEE; 404: *
hiring-api:stage-comparison    | stage.blind    | GET  | 200: SEE; 404: *
hiring-api:candidate-list      | -              | GET  | 200: RECRUITERS manager; 403: *
hiring-api:candidate-detail    | candidate.sealed | GET | 200: SEE; 404: *
hiring-api:candidate-detail    | candidate.sealed | PATCH | 200: RUN; 403: manager; 404: *
hiring-api:candidate-detail    | candidate.blind | GET | 200: recruiter manager; 404: *
hiring-api:application-list    | -              | GET  | 200: RECRUITERS manager; 403: *
hiring-api:application-list    | -              | POST | 201: RUN; 403: manager; 400: *
hiring-api:application-detail  | application.sealed | GET | 200: SEE; 404: *
hiring-api:application-detail  | application.blind | GET | 200: SEE; 404: *
hiring-api:application-move    | application.plain | POST | 200: RUN; 403: manager; 404: *
hiring-api:note-list           | application.sealed | GET | 200: SEE; 404: *
hiring-api:note-list           | application.sealed | POST | 201: SEE; 404: *
hiring-api:note-list           | application.blind | GET | 200: recruiter manager; 403: seated; 404: *
hiring-api:file-list           | application.sealed | GET | 200: SEE; 404: *
hiring-api:file-list           | application.blind | GET | 200: recruiter manager; 403: seated; 404: *
hiring-api:interview-list      | -              | GET  | 200: *
hiring-api:interview-list      | -              | POST | 201: RUN; 403: manager; 400: *
hiring-api:interview-detail    | interview.sealed | GET | 200: SEE PANEL; 404: *
hiring-api:interview-detail    | interview.broken | GET | 200: SEE PANEL; 404: *
hiring-api:interview-detail    | interview.blind | GET | 200: SEE PANEL; 404: *
hiring-api:interview-move      | interview.coming | POST | 200: RUN; 403: manager owing submitted; 404: *
hiring-api:interview-panel     | interview.coming | PUT | 200: RUN; 403: manager owing submitted; 404: *
hiring-api:interview-cancel    | interview.coming | POST | 200: RUN; 403: manager owing submitted; 404: *
hiring-api:interview-no-show   | interview.begun | POST | 200: RUN; 403: manager owing submitted; 404: *
hiring-api:interview-take-up   | interview.missed | POST | 200: RUN; 403: manager owing; 404: *
hiring-api:interview-break-seal | interview.sealed | POST | 200: recruiter; 403: seated manager PANEL; 404: *
hiring-api:own-scorecard       | interview.sealed | GET | 200: OWE submitted; 403: OFF; 404: *
hiring-api:own-scorecard       | interview.sealed | PATCH | 200: OWE; 409: submitted; 403: OFF; 404: *
hiring-api:own-scorecard-submit | interview.sealed | POST | 200: owing; 404: shadow seated *; 409: submitted; 403: OFF
hiring-api:scorecard-list      | -              | GET  | 200: *
hiring-api:scorecard-detail    | scorecard.sealed | GET | 200: submitted; 404: *
hiring-api:scorecard-detail    | scorecard.draft | GET | 200: owing; 404: *
hiring-api:scorecard-detail    | scorecard.revealed | GET | 200: SEE submitted; 404: *
hiring-api:scorecard-detail    | scorecard.broken | GET | 200: recruiter manager submitted; 404: *
hiring-api:later-view-list     | scorecard.revealed | POST | 201: submitted; 403: SEE; 404: *
hiring-api:decision-list       | -              | GET  | 200: *
hiring-api:decision-list       | -              | POST | 201: SEE; 400: *
hiring-api:decision-detail     | decision.sealed | GET | 200: recruiter manager submitted; 404: *
hiring-api:decision-detail     | decision.revealed | GET | 200: SEE submitted; 404: *
hiring-api:decision-detail     | decision.veiled | GET | 200: SEE; 404: *
hiring-api:decision-detail     | decision.elsewhere | GET | 200: recruiterb; 404: *
"""

RECOGNITION = """
recognition:wall               | -              | GET  | 200: *
recognition:wall-newer         | -              | GET  | 200: *
recognition:recognise          | -              | GET  | 200: *
recognition:recognise          | -              | POST | 302: *
recognition:coach              | -              | POST | 200: *
recognition:recognition-detail | praise.all     | GET  | 200: *
recognition:recognition-detail | praise.team    | GET  | 200: TEAM_A; 404: *
recognition:recognition-detail | praise.manager | GET  | 200: recruiterb employee manager; 404: *
recognition:recognition-detail | praise.private | GET  | 200: submitted employee; 404: *
recognition:recognition-detail | praise.wished  | GET  | 200: submitted shadow; 404: *
recognition:recognition-detail | praise.withdrawn | GET | 404: *
recognition:recognition-detail | praise.late    | GET  | 200: *
recognition:recognition-edit   | praise.all     | GET  | 200: submitted; 403: *
recognition:recognition-edit   | praise.all     | POST | 302: submitted; 403: *
recognition:recognition-edit   | praise.late    | GET  | 403: *
recognition:recognition-edit   | praise.late    | POST | 403: *
recognition:recognition-edit   | praise.private | GET  | 200: submitted; 403: employee; 404: *
recognition:recognition-edit   | praise.withdrawn | POST | 404: *
recognition:recognition-withdraw | praise.late  | GET  | 200: submitted; 403: *
recognition:recognition-withdraw | praise.late  | POST | 302: submitted; 403: *
recognition:recognition-withdraw | praise.private | POST | 302: submitted; 403: employee; 404: *
recognition:recognition-keep   | praise.all     | POST | 302: employee; 403: *
recognition:recognition-keep   | praise.private | POST | 302: employee; 403: submitted; 404: *
recognition:recognition-detail | praise.open    | GET  | 200: submitted; 404: *
recognition:recognition-detail | praise.removed | GET  | 200: submitted; 404: *
recognition:recognition-report | praise.all     | GET  | 403: submitted; 200: *
recognition:recognition-report | praise.all     | POST | 403: submitted; 302: *
recognition:recognition-report | praise.private | POST | 302: employee; 403: submitted; 404: *
recognition:recognition-report | praise.open    | POST | 403: submitted; 404: *
recognition:recognition-react  | praise.all     | POST | 302: *
recognition:recognition-react  | praise.team    | POST | 302: TEAM_A; 404: *
recognition:recognition-react  | praise.private | POST | 302: submitted employee; 404: *
recognition:recognition-react  | praise.open    | POST | 404: *
recognition:comment-add        | praise.all     | POST | 302: *
recognition:comment-add        | praise.private | POST | 302: submitted employee; 404: *
recognition:comment-add        | praise.open    | POST | 404: *
recognition:comment-withdraw   | comment.all    | POST | 302: owing; 403: *
recognition:comment-withdraw   | comment.hidden | POST | 302: owing; 404: *
recognition:comment-withdraw   | comment.private | POST | 302: employee; 403: submitted; 404: *
recognition:comment-report     | comment.all    | GET  | 403: owing; 200: *
recognition:comment-report     | comment.all    | POST | 403: owing; 302: *
recognition:comment-report     | comment.hidden | POST | 403: owing; 404: *
recognition:comment-report     | comment.private | POST | 302: submitted; 403: employee; 404: *
recognition:case-detail        | case.comment   | GET  | 200: owing steward; 404: *
recognition:case-list          | -              | GET  | 200: steward; 403: *
recognition:case-detail        | case.open      | GET  | 200: submitted steward; 404: *
recognition:case-detail        | case.open      | POST | 302: steward; 403: submitted; 404: *
recognition:case-detail        | case.removed   | GET  | 200: submitted steward; 404: *
recognition:case-detail        | case.removed   | POST | 302: submitted; 403: steward; 404: *
recognition:case-detail        | case.appealed  | GET  | 200: submitted steward; 404: *
recognition:case-detail        | case.appealed  | POST | 403: submitted steward; 404: *
recognition:praise-list        | -              | GET  | 200: *
recognition:praise-enter       | -              | GET  | 200: *
recognition:praise-enter       | -              | POST | 302: *
recognition:praise-detail      | said.waiting   | GET  | 200: steward; 404: *
recognition:praise-detail      | said.waiting   | POST | 302: steward; 404: *
recognition:praise-detail      | said.shown     | GET  | 200: employee manager steward; 404: *
recognition:praise-detail      | said.shown     | POST | 422: steward; 403: employee manager; 404: *
recognition:praise-detail      | said.lesson    | GET  | 200: manager steward; 404: *
recognition:praise-detail      | said.discarded | GET  | 404: *
recognition:praise-recognise   | said.shown     | GET  | 200: manager steward; 403: employee; 404: *
recognition:praise-recognise   | said.shown     | POST | 302: manager steward; 403: employee; 404: *
recognition:praise-recognise   | said.lesson    | GET  | 403: manager steward; 404: *
recognition:praise-recognise   | said.waiting   | POST | 403: steward; 404: *
recognition:milestone-list     | -              | GET  | 200: *
recognition:screens            | -              | GET  | 200: steward; 403: *
recognition:screens            | -              | POST | 200: steward; 403: *
recognition:screen-revoke      | screen.open    | GET  | 200: steward; 403: *
recognition:screen-revoke      | screen.open    | POST | 302: steward; 403: *
recognition:screen-revoke      | screen.over    | POST | 404: steward; 403: *
screen                         | secret.open    | GET  | 200: * visitor leaver halfway
screen                         | secret.over    | GET  | 404: * visitor leaver halfway
screen                         | secret.made_up | GET  | 404: * visitor leaver halfway
screen-feed                    | secret.open    | GET  | 200: * visitor leaver halfway
screen-feed                    | secret.over    | GET  | 404: * visitor leaver halfway
screen-feed                    | secret.made_up | GET  | 404: * visitor leaver halfway
screen-worker                  | -              | GET  | 200: * visitor leaver halfway
recognition:customer-links     | -              | GET  | 200: steward; 403: *
recognition:customer-links     | -              | POST | 302: steward; 403: *
recognition:customer-link      | link.open      | GET  | 200: steward; 403: *
recognition:customer-link      | link.over      | GET  | 404: steward; 403: *
recognition:customer-link-revoke | link.open    | GET  | 200: steward; 403: *
recognition:customer-link-revoke | link.open    | POST | 302: steward; 403: *
customer-words                 | address.open   | GET  | 200: * visitor leaver halfway
customer-words                 | address.open   | POST | 302: * visitor leaver halfway
customer-words                 | address.over   | GET  | 404: * visitor leaver halfway
customer-words                 | address.made_up | POST | 404: * visitor leaver halfway
recognition:praise-import      | -              | GET  | 200: steward; 403: *
recognition:praise-import      | -              | POST | 302: steward; 403: *
recognition:praise-import-template | -          | GET  | 200: steward; 403: *
recognition:praise-import-detail | words.ready  | GET  | 200: steward; 404: *
recognition:praise-import-detail | words.rejected | GET | 200: steward; 404: *
recognition:praise-import-errors | words.rejected | GET | 200: steward; 404: *
recognition:praise-import-apply | words.ready   | POST | 302: steward; 404: *
recognition:praise-import-cancel | words.ready  | POST | 302: steward; 404: *
recognition:spread             | -              | GET  | 200: manager steward; 403: *
recognition:ring-list          | -              | GET  | 200: steward; 403: *
recognition:ring-detail        | ring.open      | GET  | 200: steward; 404: *
recognition:ring-detail        | ring.open      | POST | 302: steward; 404: *
recognition:ring-detail        | ring.looked    | GET  | 200: steward; 404: *
recognition:ring-detail        | ring.looked    | POST | 403: steward; 404: *
recognition:ring-detail        | ring.own       | GET  | 404: *
recognition:ring-detail        | ring.own       | POST | 404: *
recognition:unseen-list        | -              | GET  | 200: manager; 403: *
recognition:unseen-put-off     | led.employee   | POST | 302: manager; 404: *
recognition:pulse              | -              | GET  | 200: *
recognition:pulse              | -              | POST | 422: *
recognition:blind-spot         | -              | GET  | 200: *
recognition:score-import       | -              | GET  | 200: steward; 403: *
recognition:score-import       | -              | POST | 302: steward; 403: *
recognition:score-import-template | -           | GET  | 200: steward; 403: *
recognition:score-import-detail | scores.ready  | GET  | 200: steward; 404: *
recognition:score-import-detail | scores.rejected | GET | 200: steward; 404: *
recognition:score-import-errors | scores.rejected | GET | 200: steward; 404: *
recognition:score-import-apply | scores.ready   | POST | 302: steward; 404: *
recognition:score-import-cancel | scores.ready  | POST | 302: steward; 404: *
recognition:award-list         | -              | GET  | 200: *
recognition:programme-create   | -              | GET  | 200: steward; 403: *
recognition:programme-create   | -              | POST | 302: steward; 403: *
recognition:programme-edit     | award.idle     | GET  | 200: steward; 403: *
recognition:programme-edit     | award.idle     | POST | 302: steward; 403: *
recognition:programme-edit     | award.runs     | POST | 422: steward; 403: *
recognition:programme-archive  | award.idle     | POST | 302: steward; 403: *
recognition:round-create       | award.idle     | GET  | 200: steward; 403: *
recognition:round-create       | award.idle     | POST | 302: steward; 403: *
recognition:round-detail       | round.draft    | GET  | 200: steward; 404: *
recognition:round-detail       | round.open     | GET  | 200: *
recognition:round-edit         | round.draft    | GET  | 200: steward; 404: *
recognition:round-edit         | round.draft    | POST | 302: steward; 404: *
recognition:round-edit         | round.open     | POST | 422: steward; 403: *
recognition:round-publish      | round.draft    | POST | 302: steward; 404: *
recognition:round-publish      | round.open     | POST | 302: steward; 403: *
recognition:round-cancel       | round.draft    | GET  | 200: steward; 404: *
recognition:round-cancel       | round.open     | POST | 302: steward; 403: *
recognition:nominate           | round.open     | GET  | 200: *
recognition:nominate           | round.open     | POST | 302: *
recognition:nominate           | round.draft    | GET  | 403: steward; 404: *
recognition:nomination-edit    | nomination.draft | GET | 200: submitted; 404: *
recognition:nomination-edit    | nomination.draft | POST | 302: submitted; 404: *
recognition:nomination-edit    | nomination.in  | GET  | 200: submitted; 404: *
recognition:nomination-edit    | nomination.in  | POST | 403: submitted; 404: *
recognition:nomination-take-back | nomination.in | POST | 302: submitted; 404: *
recognition:nomination-take-back | nomination.draft | POST | 403: submitted; 404: *
recognition:nomination-discard | nomination.draft | POST | 302: submitted; 404: *
recognition:nomination-discard | nomination.in  | POST | 403: submitted; 404: *
recognition:panel-edit         | round.open     | GET  | 200: steward; 403: *
recognition:panel-edit         | round.open     | POST | 302: steward; 403: *
recognition:panel-edit         | round.judged   | GET  | 200: steward; 403: *
recognition:panel-edit         | round.draft    | GET  | 200: steward; 404: *
recognition:judge-release      | seat.judged    | POST | 302: steward; 403: *
recognition:round-reveal       | round.judged   | POST | 302: steward; 403: *
recognition:round-reveal       | round.tied     | POST | 403: *
recognition:judging            | round.judged   | GET  | 200: recruiterb adminb; 404: *
recognition:judging            | round.tied     | GET  | 404: *
recognition:ballot             | nominee.judged | GET  | 200: recruiterb adminb; 404: *
recognition:ballot             | nominee.judged | POST | 302: adminb; 403: recruiterb; 404: *
recognition:ballot             | nominee.tied   | GET  | 404: *
recognition:recuse             | nominee.judged.next | GET | 200: recruiterb adminb; 404: *
recognition:recuse             | nominee.judged.next | POST | 302: recruiterb adminb; 404: *
recognition:round-results      | round.judged   | GET  | 404: *
recognition:round-results      | round.tied     | GET  | 200: recruiterb steward; 404: *
recognition:round-tie          | round.tied     | GET  | 200: recruiterb; 403: steward; 404: *
recognition:round-tie          | round.tied     | POST | 302: recruiterb; 403: steward; 404: *
recognition:round-results      | round.decided  | GET  | 200: recruiterb steward; 404: *
recognition:round-results      | round.announced | GET | 200: recruiterb steward; 404: *
recognition:citation-edit      | winner.decided | GET  | 200: recruiterb steward; 404: *
recognition:citation-edit      | winner.decided | POST | 302: recruiterb steward; 404: *
recognition:citation-edit      | winner.announced | GET | 404: *
recognition:round-approve      | round.decided  | POST | 302: steward; 403: recruiterb; 404: *
recognition:round-approve      | round.announced | POST | 403: recruiterb steward; 404: *
recognition:candidacy-detail   | winner.decided | GET  | 404: *
recognition:candidacy-detail   | nominee.judged | GET  | 404: *
recognition:candidacy-detail   | winner.announced | GET | 200: *
recognition:candidacy-detail   | said.employee  | GET  | 200: employee; 404: *
recognition:round-detail       | round.announced | GET | 200: *
recognition:picture            | picture.all    | GET  | 200: *
recognition:picture            | picture.private | GET | 200: submitted employee; 404: *
recognition:picture            | picture.wished | GET  | 404: *
recognition:picture-edit       | praise.all     | GET  | 200: submitted; 403: *
recognition:picture-edit       | praise.all     | POST | 302: submitted; 403: *
recognition:picture-edit       | praise.late    | GET  | 403: *
recognition:picture-edit       | praise.private | POST | 302: submitted; 403: employee; 404: *
recognition:picture-remove     | praise.all     | POST | 302: submitted employee; 403: *
recognition:picture-remove     | praise.private | POST | 302: submitted employee; 404: *
recognition:idea-list          | -              | GET  | 200: *
recognition:idea-queue         | -              | GET  | 200: *
recognition:idea-propose       | -              | GET  | 200: *
recognition:idea-propose       | -              | POST | 302: *
recognition:idea-detail        | idea.open      | GET  | 200: *
recognition:idea-detail        | idea.closed    | GET  | 200: employee manager steward; 404: *
recognition:idea-detail        | idea.unnamed   | GET  | 200: *
recognition:idea-detail        | idea.accepted  | GET  | 200: *
recognition:idea-detail        | idea.done      | GET  | 200: *
recognition:idea-detail        | idea.withdrawn | GET  | 404: *
recognition:idea-detail        | idea.removed   | GET  | 200: employee steward; 404: *
recognition:idea-answer        | idea.open      | GET  | 200: manager steward; 403: *
recognition:idea-answer        | idea.open      | POST | 302: manager steward; 403: *
recognition:idea-answer        | idea.closed    | GET  | 200: manager steward; 403: employee; 404: *
recognition:idea-answer        | idea.accepted  | POST | 422: manager steward; 403: *
recognition:idea-answer        | idea.done      | GET  | 403: *
recognition:idea-start         | idea.accepted  | POST | 302: owing manager steward; 403: *
recognition:idea-start         | idea.open      | POST | 403: *
recognition:idea-done          | idea.accepted  | GET  | 200: owing manager steward; 403: *
recognition:idea-done          | idea.accepted  | POST | 302: owing manager steward; 403: *
recognition:idea-celebrate     | idea.done      | GET  | 200: *
recognition:idea-celebrate     | idea.done      | POST | 302: *
recognition:idea-celebrate     | idea.open      | GET  | 403: *
recognition:idea-second        | idea.open      | POST | 302: *; 403: employee
recognition:idea-second        | idea.closed    | POST | 302: manager steward; 403: employee; 404: *
recognition:idea-second        | idea.done      | POST | 403: *
recognition:idea-show-name     | idea.unnamed   | POST | 302: submitted; 403: *
recognition:idea-withdraw      | idea.open      | GET  | 200: employee; 403: *
recognition:idea-withdraw      | idea.open      | POST | 302: employee; 403: *
recognition:idea-withdraw      | idea.accepted  | POST | 403: *
recognition:idea-take-down     | idea.open      | GET  | 200: steward; 403: *
recognition:idea-take-down     | idea.open      | POST | 302: steward; 403: *
recognition:idea-take-down     | idea.removed   | POST | 403: employee steward; 404: *
recognition:value-list         | -              | GET  | 200: *
recognition:value-create       | -              | GET  | 200: steward; 403: *
recognition:value-create       | -              | POST | 302: steward; 403: *
recognition:value-edit         | value.used     | GET  | 200: steward; 403: *
recognition:value-edit         | value.used     | POST | 302: steward; 403: *
recognition:value-edit         | value.archived | GET  | 200: steward; 403: *
recognition:value-archive      | value.used     | POST | 302: steward; 403: *
recognition:value-restore      | value.archived | POST | 302: steward; 403: *
recognition:value-move         | value.used     | POST | 302: steward; 403: *
recognition:wish-edit          | -              | GET  | 200: *
recognition:wish-edit          | -              | POST | 302: *
"""

RECOGNITION_API = """
recognition-api:recognition-list | -            | GET  | 200: *
recognition-api:recognition-list | -            | POST | 201: *
recognition-api:recognition-detail | praise.all | GET  | 200: *
recognition-api:recognition-detail | praise.team | GET | 200: TEAM_A; 404: *
recognition-api:recognition-detail | praise.private | GET | 200: submitted employee; 404: *
recognition-api:recognition-detail | praise.wished | GET | 200: submitted shadow; 404: *
recognition-api:recognition-detail | praise.withdrawn | GET | 404: *
recognition-api:recognition-detail | praise.all | PATCH | 200: submitted; 403: *
recognition-api:recognition-detail | praise.late | PATCH | 403: *
recognition-api:recognition-detail | praise.private | PATCH | 200: submitted; 403: employee; 404: *
recognition-api:recognition-detail | praise.late | DELETE | 204: submitted; 403: *
recognition-api:recognition-detail | praise.private | DELETE | 204: submitted; 403: employee; 404: *
recognition-api:score-list     | -              | POST | 201: steward; 403: *
recognition-api:recognition-keep | praise.all   | POST | 200: employee; 403: *
recognition-api:reaction-list  | praise.all     | GET  | 200: *
recognition-api:reaction-list  | praise.private | GET  | 200: submitted employee; 404: *
recognition-api:reaction-list  | praise.all     | PUT  | 200: *
recognition-api:comment-list   | praise.all     | GET  | 200: *
recognition-api:comment-list   | praise.private | GET  | 200: submitted employee; 404: *
recognition-api:comment-list   | praise.all     | POST | 201: *
recognition-api:comment-list   | praise.open    | POST | 404: *
recognition-api:comment-detail | comment.all    | GET  | 200: *
recognition-api:comment-detail | comment.hidden | GET  | 404: *
recognition-api:comment-detail | comment.private | GET | 200: submitted employee; 404: *
recognition-api:comment-detail | comment.all    | DELETE | 204: owing; 403: *
recognition-api:comment-report | comment.all    | POST | 204: *; 403: owing
recognition-api:comment-report | comment.private | POST | 204: submitted; 403: employee; 404: *
recognition-api:recognition-report | praise.all | POST | 204: *; 403: submitted
recognition-api:recognition-report | praise.open | POST | 404: *
recognition-api:idea-list      | -              | GET  | 200: *
recognition-api:idea-list      | -              | POST | 201: *
recognition-api:idea-detail    | idea.open      | GET  | 200: *
recognition-api:idea-detail    | idea.closed    | GET  | 200: employee manager steward; 404: *
recognition-api:idea-detail    | idea.removed   | GET  | 404: *
recognition-api:idea-answers   | idea.open      | POST | 201: manager steward; 403: *
recognition-api:idea-answers   | idea.closed    | POST | 201: manager steward; 403: employee; 404: *
recognition-api:praise-list    | -              | POST | 201: steward; 403: *
recognition-api:praise-list    | -              | GET  | 200: *
recognition-api:praise-detail  | said.shown     | GET  | 200: employee manager steward; 404: *
recognition-api:praise-detail  | said.lesson    | GET  | 200: manager steward; 404: *
recognition-api:praise-detail  | said.waiting   | GET  | 404: *
recognition-api:praise-detail  | said.discarded | GET  | 404: *
recognition-api:praise-recognise | said.shown   | POST | 201: manager steward; 403: employee; 404: *
recognition-api:praise-recognise | said.lesson  | POST | 403: manager steward; 404: *
recognition-api:milestone-list | -              | GET  | 200: *
recognition-api:case-list      | -              | GET  | 200: *
recognition-api:case-detail    | case.open      | GET  | 200: submitted steward; 404: *
recognition-api:case-detail    | case.comment   | GET  | 200: owing steward; 404: *
recognition-api:case-decide    | case.open      | POST | 200: steward; 403: submitted; 404: *
recognition-api:case-decide    | case.removed   | POST | 403: submitted steward; 404: *
recognition-api:case-appeal    | case.removed   | POST | 200: submitted; 403: steward; 404: *
recognition-api:case-answer    | case.answerable | POST | 200: steward; 403: submitted; 404: *
recognition-api:case-answer    | case.appealed  | POST | 403: submitted steward; 404: *
recognition-api:programme-list | -              | GET  | 200: *
recognition-api:programme-list | -              | POST | 201: steward; 403: *
recognition-api:programme-detail | award.idle   | GET  | 200: *
recognition-api:programme-detail | award.idle   | PATCH | 200: steward; 403: *
recognition-api:programme-detail | award.runs   | PATCH | 409: steward; 403: *
recognition-api:programme-archive | award.idle  | POST | 200: steward; 403: *
recognition-api:round-list     | -              | GET  | 200: *
recognition-api:round-list     | -              | POST | 201: steward; 403: *
recognition-api:round-detail   | round.draft    | GET  | 200: steward; 404: *
recognition-api:round-detail   | round.open     | GET  | 200: *
recognition-api:round-detail   | round.draft    | PATCH | 200: steward; 404: *
recognition-api:round-detail   | round.open     | PATCH | 409: steward; 403: *
recognition-api:round-publish  | round.draft    | POST | 200: steward; 404: *
recognition-api:round-publish  | round.open     | POST | 409: steward; 403: *
recognition-api:round-cancel   | round.draft    | POST | 200: steward; 404: *
recognition-api:round-cancel   | round.open     | POST | 200: steward; 403: *
recognition-api:nomination-list | -             | GET  | 200: *
recognition-api:nomination-list | -             | POST | 201: *
recognition-api:nomination-detail | nomination.draft | GET | 200: submitted; 404: *
recognition-api:nomination-detail | nomination.draft | PATCH | 200: submitted; 404: *
recognition-api:nomination-detail | nomination.draft | DELETE | 204: submitted; 404: *
recognition-api:nomination-detail | nomination.in | GET | 200: submitted; 404: *
recognition-api:nomination-detail | nomination.in | PATCH | 403: submitted; 404: *
recognition-api:nomination-detail | nomination.in | DELETE | 403: submitted; 404: *
recognition-api:nomination-hand-in | nomination.ready | POST | 200: submitted; 404: *
recognition-api:nomination-hand-in | nomination.draft | POST | 400: submitted; 404: *
recognition-api:nomination-take-back | nomination.in | POST | 200: submitted; 404: *
recognition-api:panel          | round.open     | GET  | 200: steward; 403: *
recognition-api:panel          | round.open     | POST | 200: steward; 403: *
recognition-api:panel          | round.draft    | GET  | 200: steward; 404: *
recognition-api:judge-release  | seat.judged    | POST | 204: steward; 403: *
recognition-api:round-reveal   | round.judged   | POST | 200: steward; 403: *
recognition-api:round-reveal   | round.tied     | POST | 403: *
recognition-api:judging        | round.judged   | GET  | 200: recruiterb adminb; 404: *
recognition-api:judging        | round.tied     | GET  | 404: *
recognition-api:ballot         | nominee.judged | POST | 204: adminb; 403: recruiterb; 404: *
recognition-api:ballot         | nominee.tied   | POST | 404: *
recognition-api:recuse         | nominee.judged.next | POST | 204: recruiterb adminb; 404: *
recognition-api:results        | round.judged   | GET  | 404: *
recognition-api:results        | round.tied     | GET  | 200: recruiterb steward; 404: *
recognition-api:results        | round.announced | GET | 200: recruiterb steward; 404: *
recognition-api:round-tie      | round.tied     | POST | 200: recruiterb; 403: steward; 404: *
recognition-api:citation       | winner.decided | PUT  | 204: recruiterb steward; 404: *
recognition-api:citation       | winner.announced | PUT | 404: *
recognition-api:round-approve  | round.decided  | POST | 200: steward; 403: recruiterb; 404: *
recognition-api:round-approve  | round.announced | POST | 403: recruiterb steward; 404: *
recognition-api:winners        | round.announced | GET | 200: *
recognition-api:winners        | round.decided  | GET  | 404: *
recognition-api:nominee-detail | winner.decided | GET  | 404: *
recognition-api:nominee-detail | nominee.judged | GET  | 404: *
recognition-api:nominee-detail | winner.announced | GET | 200: *
recognition-api:nominee-detail | said.employee  | GET  | 200: employee; 404: *
recognition-api:value-list     | -              | GET  | 200: *
recognition-api:value-list     | -              | POST | 201: steward; 403: *
recognition-api:value-detail   | value.used     | GET  | 200: *
recognition-api:value-detail   | value.used     | PATCH | 200: steward; 403: *
recognition-api:value-archive  | value.used     | POST | 200: steward; 403: *
recognition-api:value-restore  | value.archived | POST | 200: steward; 403: *
recognition-api:wish           | -              | GET  | 200: *
recognition-api:wish           | -              | PUT  | 200: *
"""

# They have no business in hiring: where nobody of the rest gets in, one of them in turn stands for the others.
BYSTANDERS = ("trainer", "steward", "adminb", "auditorb")
HIRING = (LIBRARY, OPENINGS, CANDIDATES, INTERVIEWS, JUDGEMENT, HIRING_API)
# The same of those to whom the employee's training is nobody's business.
COLLEAGUES = ("submitted", "shadow", "recruiter", "seated", "steward")
# What is one's own, or nobody's, does not depend on roles: a few of them stand for all.
FEW = (*OUTSIDE, "employee", "manager", "recruiter")
BLOCKS = (
    (PEOPLE, ROLES), (LIBRARY, ROLES), (OPENINGS, ROLES), (CANDIDATES, ROLES), (INTERVIEWS, ROLES), (JUDGEMENT, ROLES),
    (TRAINING, ROLES), (PEOPLE_API, ROLES), (HIRING_API, ROLES), (TRAINING_API, ROLES),
    (RECOGNITION, ROLES), (RECOGNITION_API, ROLES), (ACCOUNT, FEW), (PORTAL, FEW),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Row:
    """One line: what each role that is to try is answered."""

    route: str
    thing: str
    method: str
    answers: dict[str, str]

    @property
    def kind(self) -> str:
        return "api" if self.route.partition(":")[0].endswith("-api") or self.route == "api-schema" else "page"

    @property
    def key(self) -> tuple[str, str]:
        return self.route, self.method


def rows() -> list[Row]:
    """The table."""
    found = []
    for block, roles in BLOCKS:
        for place, line in enumerate(block.strip().splitlines()):
            idle = BYSTANDERS if block in HIRING else COLLEAGUES if block in (TRAINING, TRAINING_API) else ()
            found.append(_row(line, roles, {one for one in idle if one != idle[place % len(idle)]}))
    return found


def _row(line: str, roles: tuple[str, ...], absent: set[str]) -> Row:
    route, thing, method, said = (part.strip() for part in line.split("|"))
    answers: dict[str, str] = {}
    rest = ""
    for part in said.split(";"):
        answer, _colon, names = part.partition(":")
        for name in _members(names):
            if name == "*":
                rest = answer.strip()
            elif name in answers:
                raise ValueError(f"{name} stands twice in: {line}")
            else:
                answers[name] = answer.strip()
    row = Row(route, thing, method, answers)
    passed_over = absent - set(answers) if rest.startswith("4") else set()
    answers |= {role: rest for role in INSIDE if role not in answers}
    answers |= {role: OUTSIDE_ANSWERS[row.kind][role] for role in OUTSIDE if role not in answers}
    if "" in answers.values() or set(answers) != set(ROLES):
        raise ValueError(f"Not every role has an answer in: {line}")
    for role in set(ROLES) - set(roles) | passed_over:
        del answers[role]
    return row


def _members(names: str) -> Iterator[str]:
    for name in names.split():
        yield from GROUPS.get(name, (name,))
