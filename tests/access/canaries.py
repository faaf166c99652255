"""Who may read which sensitive field: one line a canary (tests/access/scene.py writes them). Exact both ways: nobody
else meets the word in any answer, and each of these meets it somewhere."""

from tests.access.scene import canary
from tests.access.table import GROUPS

# Identity: name, e-mail, phone; notes; files. A panel learns the name, unless the opening is blind and not revealed.
IDENTITY = """
name.plain                | SEE
name.sealed               | SEE PANEL
name.broken               | SEE PANEL
name.shown                | SEE PANEL
name.revealed             | SEE submitted
name.coming               | SEE owing submitted
name.begun                | SEE owing submitted
name.cancelled            | SEE owing submitted
name.missed               | SEE owing
name.blind                | recruiter manager
name.veiled               | RUN
name.unblinded            | SEE submitted
name.elsewhere            | recruiterb
email.plain               | SEE
email.sealed              | SEE
email.broken              | SEE
email.shown               | SEE
email.revealed            | SEE
email.coming              | SEE
email.begun               | SEE
email.cancelled           | SEE
email.missed              | SEE
email.blind               | recruiter manager
email.veiled              | RUN
email.unblinded           | SEE
email.elsewhere           | recruiterb
phone.plain               | SEE
phone.sealed              | SEE
phone.broken              | SEE
phone.shown               | SEE
phone.revealed            | SEE
phone.coming              | SEE
phone.begun               | SEE
phone.cancelled           | SEE
phone.missed              | SEE
phone.blind               | recruiter manager
phone.veiled              | RUN
phone.unblinded           | SEE
phone.elsewhere           | recruiterb
note.sealed               | SEE
note.shown                | SEE
note.blind                | recruiter manager
note.veiled               | RUN
note.elsewhere            | recruiterb
file.sealed               | SEE
file.shown                | SEE PANEL
file.blind                | recruiter manager
file.veiled               | RUN
file.elsewhere            | recruiterb
content.sealed            | SEE
content.shown             | SEE PANEL
content.blind             | recruiter manager
content.veiled            | RUN
content.elsewhere         | recruiterb
"""

# Judgement: scorecards, later views, debriefs, decisions, why a seal was broken. Nothing for whoever owes a scorecard
# on the application, whatever else they are; nothing of a sealed scorecard for anybody but its author.
JUDGEMENT = """
evidence.sealed           | submitted
evidence.draft            | owing
evidence.blind            | submitted
evidence.shown            | submitted
evidence.veiled           | manager
evidence.broken           | recruiter manager submitted
evidence.revealed         | SEE submitted
evidence.other.revealed   | SEE submitted
evidence.unblinded        | SEE submitted
evidence.other.unblinded  | SEE submitted
evidence.other.elsewhere  | recruiterb
answer.sealed             | submitted
answer.draft              | owing
answer.blind              | submitted
answer.shown              | submitted
answer.veiled             | manager
answer.broken             | recruiter manager submitted
answer.revealed           | SEE submitted
answer.other.revealed     | SEE submitted
answer.unblinded          | SEE submitted
answer.other.unblinded    | SEE submitted
answer.other.elsewhere    | recruiterb
summary.sealed            | submitted
summary.draft             | owing
summary.blind             | submitted
summary.shown             | submitted
summary.veiled            | manager
summary.broken            | recruiter manager submitted
summary.revealed          | SEE submitted
summary.other.revealed    | SEE submitted
summary.unblinded         | SEE submitted
summary.other.unblinded   | SEE submitted
summary.other.elsewhere   | recruiterb
later.revealed            | SEE submitted
later.broken              | recruiter manager submitted
debrief.revealed          | SEE submitted
debrief.broken            | recruiter manager submitted
decision.sealed           | recruiter manager submitted
decision.revealed         | SEE submitted
decision.broken           | recruiter manager submitted
decision.blind            | recruiter manager
decision.veiled           | RUN
decision.elsewhere        | recruiterb
break.broken              | recruiter manager submitted auditor
"""

# Plans of openings and interviews, and what a people admin has to know of them when somebody leaves.
PLANS = """
opening.title             | SEE PANEL admin
opening.description       | SEE
other.title               | recruiterb
rule.reason               | SEE
kit.draft                 | LIBRARY
kit.guidance              | LIBRARY PANEL
place.sealed              | SEE PANEL
place.broken              | SEE PANEL
place.shown               | SEE PANEL
place.blind               | SEE PANEL
place.revealed            | SEE submitted
place.unblinded           | SEE submitted
place.veiled              | SEE
place.coming              | SEE owing submitted
place.begun               | SEE owing submitted
place.cancelled           | SEE owing submitted
place.missed              | SEE owing
place.elsewhere           | recruiterb
reason.cancelled          | SEE owing submitted auditor
reason.missed             | SEE owing auditor
"""

# People and their own: leavers, why a role was given, files on their way in, tokens, passkeys.
PEOPLE = """
gone.name                 | admin auditor
gone.email                | admin auditor
grant.reason              | admin auditor
import.file               | admin
import.row                | admin
import.address            | admin
candidates.file           | recruiter
candidates.row            | recruiter
passkey                   | manager
webhook.address           |
webhook.answer            | admin manager
session                   |
token.employee            | employee
token.manager             | manager
token.recruiter           | recruiter
"""


# Training: what a learner writes and answers, what is written about them, and the answers of quizzes.
LEARNING = """
written.open              | employee
answered.open             |
answered.seen             | employee
handed.paper              | employee manager trainer
handed.title              | employee manager trainer
handed.note               | employee manager
lesson.draft              | trainer
lesson.free               | SIGNED_IN
lesson.archived           | trainer
why.open                  | trainer
why.seen                  | employee trainer
why.fresh                 | trainer
why.new                   | trainer
why.draft                 | trainer
explanation.open          | trainer
explanation.seen          | employee trainer
explanation.fresh         | trainer
explanation.new           | trainer
explanation.draft         | trainer
rule.on                   | trainer
rule.off                  | trainer
accepted.open             | trainer
accepted.seen             | employee trainer
accepted.fresh            | trainer
accepted.new              | trainer
accepted.draft            | trainer
because.open              | trainer
because.seen              | employee trainer
because.fresh             | trainer
because.new               | trainer
because.draft             | trainer
module.name               | trainer
link.free                 | trainer
link.archived             | trainer
asked.waiting             | employee manager
asked.judged              | employee owing
judged                    | employee owing
given.open                | employee WATCH
given.seen                | employee WATCH
given.fresh               | employee WATCH
given.waived              | employee WATCH
given.withdrawn           | employee WATCH
given.elsewhere           | recruiterb trainer ADMINS AUDITORS
extended                  | employee WATCH
skill.archived            | trainer
skill.judged              | employee TEACH
waived                    | employee WATCH
withdrawn                 | auditor
revoked                   | employee WATCH
source                    | employee WATCH
evidence                  | employee WATCH
"""

# Recognition: who was thanked, what was written under it and against it, and what customers said.
RECOGNITION = """
praise.all                | EVERYBODY
praise.late               | EVERYBODY
praise.team               | TEAM_A
praise.manager            | recruiterb employee manager
praise.private            | submitted employee
praise.wished             | submitted shadow
comment.all               | SIGNED_IN
comment.hidden            | owing steward
comment.private           | submitted employee
reported.open             | submitted steward
reported.removed          | submitted steward
reported.appealed         | submitted steward
reported.answerable       | submitted steward
report.open               | steward
report.removed            | steward
report.appealed           | steward
report.answerable         | steward
decided.removed           | submitted steward
decided.appealed          | submitted steward
decided.answerable        | submitted steward
appeal                    | submitted steward
said.waiting              | steward
words.file                | steward
words.row                 | steward
scores.file               | steward
scores.source             | steward
said.shown                | employee manager steward
said.lesson               | manager steward
ring.note                 | steward
round.draft               | steward
nomination                | submitted
nomination.draft          | submitted
case.judged               | recruiterb adminb submitted
case.tied                 | submitted
ballot.judged             |
ballot.tied               | recruiterb steward
case.decided              | submitted
case.announced            | submitted employee
ballot.decided            | recruiterb steward
ballot.announced          | recruiterb steward
pictured.private          | submitted employee
pictured.wished           |
idea.open                 | SIGNED_IN
idea.closed               | employee manager steward
idea.unnamed              | SIGNED_IN
idea.accepted             | SIGNED_IN
idea.done                 | SIGNED_IN
idea.removed              | employee steward
idea.why                  | employee steward
answered.accepted         | SIGNED_IN
answered.done             | SIGNED_IN
path.draft                | trainer
path.given                | employee WATCH
completions.file          | trainer
completions.row           | trainer
"""


BLOCKS = (IDENTITY, JUDGEMENT, PLANS, PEOPLE, LEARNING, RECOGNITION)


def entitled(*blocks: str) -> dict[str, set[str]]:
    """The word of each canary, of these blocks or of all, and the roles that read it."""
    found: dict[str, set[str]] = {}
    for block in blocks or BLOCKS:
        for line in block.strip().splitlines():
            name, _bar, roles = (part.strip() for part in line.partition("|"))
            found[canary(name)] = {member for role in roles.split() for member in GROUPS.get(role, (role,))}
    return found
