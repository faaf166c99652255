"""Who may sign in to the demo: one account per role, and the people around them."""

from dataclasses import dataclass

from portal.demo import DOMAIN, PASSWORD


@dataclass(frozen=True)
class Account:
    """One sign-in; `manages` names the team path the person leads, `role` a granted role, `scope` its team."""

    key: str
    label: str
    name: str
    job_title: str
    team: str
    role: str = ""
    scope: str = ""
    site: str = "Leeds"
    time_zone: str = "Europe/London"

    @property
    def email(self) -> str:
        return f"{self.key}{DOMAIN}"

    @property
    def password(self) -> str:
        return PASSWORD


ACCOUNTS = (
    Account("recruiter", "Recruiter", "Ines Novak", "Recruiter", "Service/People", role="recruiter"),
    Account("manager", "Hiring manager", "Marcus Bell", "Operations manager", "Service/Customer Care"),
    Account("interviewer", "Interviewer", "Sade Okafor", "Senior agent", "Service/Customer Care/Unit 1"),
    Account("employee", "Employee", "Tom Reilly", "Service agent", "Service/Customer Care/Unit 1/Shift 1"),
    Account("trainer", "Trainer", "Priya Nair", "Trainer", "Service/People", role="trainer"),
    Account("steward", "Recognition steward", "Jonas Lindqvist", "Culture lead", "Service/People", role="steward"),
    Account("admin", "People admin", "Omar Haddad", "People operations", "Service/People", role="people_admin"),
    Account("auditor", "Auditor", "Greta Holm", "Internal audit", "Service/People", role="auditor"),
)
