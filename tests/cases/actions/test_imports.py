from datetime import date

import pytest

from cases.actions.identifiers import add_identifier
from cases.actions.imports import Fate, give_up_import, map_columns, prospects, run_import, start_import
from cases.models import Patient, PatientIdentifier, PatientImport
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_patient, a_physio, a_site, site_of, staff

pytestmark = pytest.mark.django_db
FILE = """Patient ID;First name;Last name;DOB;NHS number
1;Ann;Newcomer;12/05/1985;
2;Marcus;Ellery;12/05/1985;
3;Bea;Known;01/02/1990;9991001018
4;Cy;Faulty;1985;123
5;Dee;Numbered;03/03/1970;
6;Eve;Tomorrow;01/01/2190;
"""


@pytest.fixture
def admin() -> StaffMember:
    return staff(Role.CLINIC_ADMIN)


def started(admin: StaffMember, text: str = FILE) -> PatientImport:
    return start_import(file_name="old.csv", content=text.encode(), site=site_of(admin), by=admin)


def known(admin: StaffMember) -> None:
    a_patient(admin, given_names="Markus", family_name="Ellery", born_on=date(1985, 5, 12))
    a_patient(admin, given_names="Bea", family_name="Known", nhs_number="999 100 1018")
    add_identifier(patient=a_patient(admin), system="OldBook", value="5", by=admin)


def test_each_row_has_its_fate_and_only_new_ones_are_registered(admin: StaffMember) -> None:
    known(admin)
    import_ = started(admin)
    assert import_.mapping == ["identifier", "given_names", "family_name", "born_on", "nhs_number"]
    import_ = map_columns(import_=import_, mapping=import_.mapping, system="OldBook", by=admin)
    fates = prospects(import_, slice(0, 50), admin)
    assert [p.fate for p in fates] == [Fate.NEW, Fate.LIKELY, Fate.KNOWN, Fate.REFUSED, Fate.KNOWN, Fate.REFUSED]
    assert [p.number for p in prospects(import_, slice(2, 4), admin)] == [3, 4]
    before = Patient.objects.count()
    import_ = run_import(import_=import_, with_likely=False, by=admin)
    assert Patient.objects.count() == before + 1
    assert import_.outcome["counts"] == {"NEW": 1, "LIKELY": 1, "KNOWN": 2, "REFUSED": 2}
    assert (import_.text, len(import_.outcome["left"])) == ("", 5)
    ann = Patient.objects.get(family_name="Newcomer")
    assert PatientIdentifier.objects.get(patient=ann).value == "1"
    assert AuditEvent.objects.filter(action="patient.registered", row_id=ann.pk).exists()


def test_who_may_be_known_is_registered_where_that_is_wished(admin: StaffMember) -> None:
    known(admin)
    import_ = map_columns(import_=started(admin), mapping=started(admin).mapping, system="OldBook", by=admin)
    assert run_import(import_=import_, with_likely=True, by=admin).outcome["counts"]["NEW"] == 2
    assert Patient.objects.filter(family_name="Ellery").count() == 2


def test_a_match_elsewhere_says_no_more(admin: StaffMember) -> None:
    known(staff(Role.CLINIC_ADMIN))
    import_ = map_columns(import_=started(admin), mapping=started(admin).mapping, system="OldBook", by=admin)
    third = prospects(import_, slice(2, 3), admin)[0]
    assert (third.fate, third.patient, third.why) == (Fate.KNOWN, None, "A match exists.")


def test_the_same_person_twice_in_a_file_is_registered_once(admin: StaffMember) -> None:
    text = "first,last,dob\nAnn,Bee,12/05/1985\nAnn,Bee,12/05/1985\n"
    import_ = started(admin, text)
    assert run_import(import_=import_, with_likely=False, by=admin).outcome["counts"] == {"NEW": 1, "LIKELY": 1}


@pytest.mark.parametrize(
    ("mapping", "system", "told"),
    [
        (["", "given_names", "family_name", "", ""], "", "No column gives: date of birth"),
        (["given_names", "given_names", "family_name", "born_on", ""], "", "Two columns are the same"),
        (["identifier", "given_names", "family_name", "born_on", ""], " ", "Name the system"),
        (["magic", "given_names", "family_name", "born_on", ""], "", "Choose what each column is"),
        (["given_names"], "", "Choose what each column is"),
    ],
)
def test_columns_that_do_not_fit(admin: StaffMember, mapping: list[str], system: str, told: str) -> None:
    with pytest.raises(RuleBroken, match=told):
        map_columns(import_=started(admin), mapping=mapping, system=system, by=admin)


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b"a,b", "no_rows"), (b"PK\x00", "not_text")])
def test_what_is_no_table(admin: StaffMember, content: bytes, code: str) -> None:
    with pytest.raises(RuleBroken) as no:
        start_import(file_name="x.csv", content=content, site=site_of(admin), by=admin)
    assert (no.value.code, no.value.field) == (code, "file")


def test_what_is_too_large_or_of_another_site(admin: StaffMember) -> None:
    with pytest.raises(RuleBroken, match="4 MB"):
        start_import(file_name="x.csv", content=b"a" * (4 * 1024 * 1024 + 1), site=site_of(admin), by=admin)
    with pytest.raises(RuleBroken, match="do not work"):
        start_import(file_name="x.csv", content=b"a", site=a_site(), by=admin)


def test_a_file_that_is_given_up_or_done_is_gone(admin: StaffMember) -> None:
    import_ = give_up_import(import_=started(admin), by=admin)
    assert (import_.text, Patient.objects.count()) == ("", 0)
    with pytest.raises(RuleBroken, match="done"):
        run_import(import_=import_, with_likely=False, by=admin)
    unmapped = started(admin, "what,is,this\n1,2,3\n")
    with pytest.raises(RuleBroken, match="what each column is"):
        run_import(import_=unmapped, with_likely=False, by=admin)


def test_only_admins_import(admin: StaffMember) -> None:
    by, import_ = a_physio(), started(admin)
    for verb in (
        lambda: start_import(file_name="x", content=b"", site=site_of(by), by=by),
        lambda: map_columns(import_=import_, mapping=[], system="", by=by),
        lambda: run_import(import_=import_, with_likely=True, by=by),
        lambda: give_up_import(import_=import_, by=by),
    ):
        with pytest.raises(NotAllowed):
            verb()
