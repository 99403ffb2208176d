"""Whose records are shut to a person, as one function: its plan is made once in a session, not in every statement."""

from django.db import migrations

from clinic.database import guards

# On the list of a restriction are those who are named; and, unless they were taken off, the leads of cases and the
# authors of sessions that were there when the record was restricted. What is written later puts nobody on it.
SHUT_TO = guards.function(
    "cases_shut_to",
    """
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM cases_restriction WHERE lifted_at IS NULL) THEN RETURN '{}'; END IF;
        RETURN ARRAY(
            SELECT r.patient_id FROM cases_restriction r
             WHERE r.lifted_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM cases_restrictionname n
                                WHERE n.restriction_id = r.id AND n.staff_id = person AND n.may_see)
               AND (EXISTS (SELECT 1 FROM cases_restrictionname n
                             WHERE n.restriction_id = r.id AND n.staff_id = person AND NOT n.may_see)
                    OR NOT EXISTS (
                        SELECT 1 FROM cases_case c JOIN cases_patient p ON p.id = c.patient_id
                         WHERE (c.patient_id = r.patient_id OR p.merged_into_id = r.patient_id)
                           AND c.created_at <= r.created_at
                           AND (c.lead_id = person
                                OR EXISTS (SELECT 1 FROM treatments_session s
                                            WHERE s.case_id = c.id AND s.author_id = person
                                              AND s.created_at <= r.created_at)))));
    END
    """,
    arguments="person uuid",
    returns="uuid[]",
    kind="STABLE",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0035_imaging_file_guards")]

    operations = [SHUT_TO]
