import pytest

from clinic.rules.permissions import SCOPES, TABLE, Permission, Role, permitted, scopes_within

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
    assert [scope for scope, allowed in SCOPES.items() if P.AUDIT_READ in allowed] == ["audit:read"]


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


def test_the_scopes_are_those_of_the_contract() -> None:
    nouns = ("patients", "cases", "sessions", "imaging", "plans", "measurements")
    told = {f"{noun}:{kind}" for noun in nouns for kind in ("read", "write")}
    told |= {"patients:create", "sessions:sign", "reviews:sign", "exports:read", "research:read", "audit:read", "admin"}
    assert set(SCOPES) == told


READS = {P.PATIENT_READ, P.CASE_READ, P.EXPORT, P.RESEARCH_EXPORT, P.AUDIT_READ}
RUNS_THE_CLINIC = {P.STAFF_MANAGE, P.API_KEY_CREATE, P.PATIENT_ARCHIVE, P.PATIENT_MERGE, P.PATIENT_IMPORT}


@pytest.mark.parametrize("scope", [s for s in SCOPES if s.endswith(":read")])
def test_a_read_scope_never_writes(scope: str) -> None:
    assert len(SCOPES[scope]) == 1
    assert SCOPES[scope] <= READS


@pytest.mark.parametrize("scope", [s for s in SCOPES if s.endswith((":write", ":sign"))])
def test_a_write_scope_neither_reads_nor_runs_the_clinic(scope: str) -> None:
    assert SCOPES[scope]
    assert SCOPES[scope].isdisjoint(READS | RUNS_THE_CLINIC)


def test_the_scope_of_an_admin_is_what_admins_alone_may() -> None:
    assert SCOPES["admin"] == RUNS_THE_CLINIC
    for role in set(Role) - {Role.CLINIC_ADMIN}:
        assert permitted([role]).isdisjoint(RUNS_THE_CLINIC)


def test_a_scope_is_held_whole_or_not() -> None:
    assert scopes_within(permitted([])) == []
    assert scopes_within(permitted([Role.RECEPTIONIST])) == ["patients:read", "patients:write", "patients:create"]
    assert "patients:create" not in scopes_within({P.PATIENT_READ})
    assert "imaging:write" not in scopes_within({P.CASE_START})
    assert scopes_within(permitted([Role.AUDITOR])) == ["audit:read"]
    assert scopes_within(permitted(Role)) == list(SCOPES)


def test_no_physiotherapist_takes_exports_and_only_a_lead_figures_for_research() -> None:
    assert {role for role in Role if P.EXPORT in permitted([role])} == {Role.CLINIC_ADMIN, Role.CLINICAL_LEAD}
    assert {role for role in Role if P.RESEARCH_EXPORT in permitted([role])} == {Role.CLINICAL_LEAD}


def test_a_patients_own_file_is_handed_over_by_admin_or_lead() -> None:
    assert {role for role in Role if P.OWN_FILE in permitted([role])} == {Role.CLINIC_ADMIN, Role.CLINICAL_LEAD}
    assert not [scope for scope, allowed in SCOPES.items() if P.OWN_FILE in allowed]
