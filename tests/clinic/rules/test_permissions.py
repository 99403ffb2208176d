import pytest

from clinic.rules.permissions import SCOPES, TABLE, Permission, Role, permitted

P = Permission
READS_CASES = {P.CASE_READ, P.CASE_START, P.SESSION_LOG, P.SESSION_SIGN}


def test_every_role_has_a_line() -> None:
    assert set(TABLE) == set(Role)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR])
def test_who_is_not_clinical_sees_no_case(role: Role) -> None:
    assert permitted([role]).isdisjoint(READS_CASES)


def test_an_auditor_sees_no_patient() -> None:
    assert permitted([Role.AUDITOR]) == {P.LOOKS_READ, P.AUDIT_READ, P.OPENINGS_READ}


def test_reception_does_not_read_who_looked() -> None:
    assert {role for role in Role if P.LOOKS_READ in permitted([role])} == set(Role) - {Role.RECEPTIONIST}


def test_the_log_is_the_admins_and_the_auditors() -> None:
    assert {role for role in Role if P.AUDIT_READ in permitted([role])} == {Role.CLINIC_ADMIN, Role.AUDITOR}
    assert not any(P.AUDIT_READ in allowed for allowed in SCOPES.values())


def test_a_lead_alone_writes_no_notes() -> None:
    assert permitted([Role.CLINICAL_LEAD]).isdisjoint({P.SESSION_LOG, P.SESSION_SIGN, P.CASE_START})


def test_roles_add_up() -> None:
    both = permitted([Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN])
    assert both == permitted([Role.PHYSIOTHERAPIST]) | permitted([Role.CLINIC_ADMIN])


def test_nobody_may_nothing_without_a_role() -> None:
    assert permitted([]) == frozenset()


def test_an_unknown_role_is_no_role() -> None:
    with pytest.raises(ValueError, match="OWNER"):
        permitted(["OWNER"])


@pytest.mark.parametrize("scope", [s for s in SCOPES if s.endswith(":read")])
def test_a_read_scope_never_writes(scope: str) -> None:
    assert SCOPES[scope] <= {P.PATIENT_READ, P.CASE_READ}


@pytest.mark.parametrize("scope", [s for s in SCOPES if not s.endswith(":read")])
def test_a_write_scope_writes_one_thing(scope: str) -> None:
    assert len(SCOPES[scope]) == 1
    assert SCOPES[scope].isdisjoint({P.PATIENT_READ, P.CASE_READ, P.STAFF_MANAGE, P.API_KEY_CREATE})
