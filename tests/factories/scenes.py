"""What an attack by plain SQL finds: a signed session, a draft, and connections without any code of ours."""

import psycopg2
from django.conf import settings

from cases.models import Case
from clinic.models import StaffMember
from tests.databases import as_role
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session
from treatments.models import Session


class Scene:
    """A signed session and a draft of one case, another case, and plain connections to their database."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.by: StaffMember = a_physio()
        self.case: Case = a_case(self.by)
        self.other: Case = a_case(self.by)
        self.signed: Session = a_signed_session(self.case, self.by)
        self.draft: Session = a_draft(self.case, self.by)
        self.names = {
            "signed": self.signed.pk,
            "draft": self.draft.pk,
            "case": self.case.pk,
            "other": self.other.pk,
            "patient": self.case.patient_id,
            "value": self.signed.measurements.first().pk,
            "dose": self.signed.applications.first().pk,
            "other_injury": self.other.injuries.first().pk,
            "by": self.by.pk,
        }

    def attack(self, statement: str, role: dict[str, str] | None = None) -> str:
        """The SQLSTATE or constraint with which the statement, or its commit, is refused; "" where it succeeds."""
        link = as_role(role or settings.DATABASES["default"], self.database)
        try:
            with link, link.cursor() as cursor:
                cursor.execute(statement)
            return ""
        except psycopg2.Error as error:
            return error.diag.constraint_name or error.pgcode or str(error)
        finally:
            link.close()

    def filled(self, statement: str) -> str:
        for name, value in self.names.items():
            statement = statement.replace(f"<{name}>", str(value))
        return statement
