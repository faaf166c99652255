"""Tables of people: who works here, where, for whom, with which roles, and what was done by whom."""

from people.models.audit import AuditEntry, AuditHead
from people.models.imports import ImportRun
from people.models.leaves import Leave
from people.models.person import Person, normal_email
from people.models.repeats import RequestKey
from people.models.roles import Role, RoleGrant, Scope
from people.models.team import Site, Team
from people.models.tokens import ApiToken, TokenScope

__all__ = [
    "ApiToken",
    "AuditEntry",
    "AuditHead",
    "ImportRun",
    "Leave",
    "Person",
    "RequestKey",
    "Role",
    "RoleGrant",
    "Scope",
    "Site",
    "Team",
    "TokenScope",
    "normal_email",
]
