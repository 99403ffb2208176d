from clinic.rules.glass import OPEN_UNDER_GLASS
from clinic.rules.permissions import Permission
from clinic.rules.routes import ROUTES

ADMINISTERS = {
    Permission.PATIENT_ARCHIVE,
    Permission.PATIENT_MERGE,
    Permission.PATIENT_IMPORT,
    Permission.STAFF_MANAGE,
    Permission.PATIENT_RESTRICT,
    Permission.RESTRICTIONS_MANAGE,
}
TAKES_AWAY = {
    "progress_file",
    "case_report_pdf",
    "letter_pdf",
    "exercise_sheet_pdf",
    "photograph_original",
    "case_report",
}


def test_nothing_administers_merges_or_exports_under_glass() -> None:
    assert set(ROUTES) >= OPEN_UNDER_GLASS
    assert not OPEN_UNDER_GLASS & TAKES_AWAY
    for name in OPEN_UNDER_GLASS:
        route = ROUTES[name]
        assert not ADMINISTERS & ((route.get or frozenset()) | (route.post or frozenset()) | route.known_to), name


def test_nor_a_list_nor_the_interface_nor_a_new_case() -> None:
    assert not {n for n in OPEN_UNDER_GLASS if n.startswith("api_")}
    assert OPEN_UNDER_GLASS.isdisjoint(
        {"patients", "cases", "reviews", "imaging", "clinic", "start_case", "copy_session"}
    )
