"""Which route needs which permission, by method: every route of the site, on one page. What is not here is refused.

The floors above are named, not imported: a house test compares this table with the addresses themselves.
"""

from collections.abc import Set

from clinic.rules.access import (
    ANYONE,
    CASE_FORM,
    CASE_PAGE,
    DESK,
    LOG,
    PUBLIC_FORM,
    PUBLIC_PAGE,
    PUBLIC_POST,
    READ,
    SIGN,
    START,
    Answer,
    P,
    Route,
    both,
    form,
    reads,
    writes,
)
from clinic.rules.api_routes import API_ROUTES
from clinic.rules.permissions import Permission

ROUTES: dict[str, Route] = {
    # --- account, and what stands outside of it
    "account_login": PUBLIC_FORM,
    "mfa_login_webauthn": PUBLIC_FORM,
    "account_signup": PUBLIC_FORM,
    "account_inactive": PUBLIC_PAGE,
    "join": PUBLIC_FORM,
    "healthz": PUBLIC_PAGE,
    "api_schema": PUBLIC_PAGE,
    "account_logout": form(),
    "account_change_password": form(),
    "mfa_authenticate": PUBLIC_FORM,
    "cancel_login": PUBLIC_POST,
    "second_factor": reads(),
    "add_app": form(),
    "remove_app": writes(),
    "renew_recovery_codes": writes(),
    "browsers": reads(),
    "end_other_browsers": writes(),
    "end_browser": writes(),
    "lock": writes(),
    "log_in_as_another": PUBLIC_POST,
    "unlock": form(),
    "passkey_options": form(),
    "still_here": writes(),
    "passkeys": reads(),
    "add_passkey": form(),
    "name_passkey": form(),
    "remove_passkey": writes(),
    "my_api_keys": reads(),
    "create_api_key": form(),
    "revoke_api_key": form(),
    # --- what everybody finds, with what they may see in it
    "today": reads(),
    "reviews": reads(),
    "catalogue": reads(),
    "catalogue_modality": reads(),
    "leaflet": reads(),
    "catalogue_measure": reads(),
    "catalogue_pathology": reads(),
    "rules": reads(),
    "modality_rules": both(ANYONE, P.RULES_APPROVE),
    "withdraw_approval": form(P.RULES_APPROVE),
    "change_rule": both(ANYONE, P.RULES_APPROVE),
    # --- registration and the desk
    "patients": reads(P.PATIENT_READ),
    "patient": reads(known_to=P.PATIENT_READ),
    "patient_history": reads(known_to=P.PATIENT_READ),
    "audit_log": reads(P.AUDIT_READ),
    "audit_log_file": reads(P.AUDIT_READ),
    "who_looked": reads(P.LOOKS_READ),
    "register_patient": form(DESK),
    "change_patient": form(DESK),
    "note_alert": form(DESK),
    "end_alert": form(DESK),
    "identifiers": form(DESK),
    "end_identifier": writes(DESK, known_to=P.PATIENT_READ),
    "book_appointment": form(DESK),
    "paste_day": form(DESK),
    "set_appointment": writes(DESK, known_to=P.PATIENT_READ),
    "archive_patient": form(P.PATIENT_ARCHIVE),
    "merge_patients": form(P.PATIENT_MERGE),
    "unmerge_patient": form(P.PATIENT_MERGE),
    "import_patients": form(P.PATIENT_IMPORT),
    "patient_import": form(P.PATIENT_IMPORT),
    "import_history": form(P.PATIENT_IMPORT),
    "history_import": form(P.PATIENT_IMPORT),
    # --- who may see a record at all
    "restrict_patient": form(P.PATIENT_RESTRICT, known_to=P.PATIENT_READ),
    "restrictions": reads(P.RESTRICTIONS_MANAGE),
    "restriction": form(P.PATIENT_RESTRICT),
    "lift_restriction": writes(P.PATIENT_RESTRICT),
    "break_glass": form(P.BREAK_GLASS),
    "close_opening": writes(P.BREAK_GLASS),
    "openings": reads(P.OPENINGS_READ),
    "see_opening": writes(P.OPENINGS_REVIEW),
    # --- the patient's own file
    "ask_own_file": form(P.OWN_FILE),
    "own_files": reads(P.PATIENT_READ),
    "own_file": reads(known_to=P.PATIENT_READ),
    "check_own_file": reads(READ),
    "leave_out_of_own_file": form(READ),
    "release_own_file": writes(READ),
    "take_own_file": reads(P.OWN_FILE, known_to=P.PATIENT_READ),
    "hand_over_own_file": writes(P.OWN_FILE, known_to=P.PATIENT_READ),
    "withdraw_own_file": writes(P.OWN_FILE, known_to=P.PATIENT_READ),
    # --- cases
    "cases": reads(READ),
    "case": CASE_PAGE,
    "compare_sessions": CASE_PAGE,
    "case_photographs": CASE_PAGE,
    "earlier_visits": CASE_PAGE,
    "progress": CASE_PAGE,
    "progress_file": CASE_PAGE,
    "case_report": reads(READ),
    "case_report_pdf": reads(READ),
    "case_history": reads(READ),
    "start_case": form(START),
    "case_state": form(START),
    "goals": both(frozenset({READ}), START),
    "add_prior_treatment": form(START),
    "red_flags": both(ANYONE, LOG, READ),
    "resolve_red_flag": writes(LOG, known_to=READ),
    "screening": both(ANYONE, LOG, READ),
    "confirm_unchanged": form(LOG),
    "note_phase": form(LOG),
    "consents": both(frozenset({READ}), START),
    "withdraw_consent": writes(START),
    # --- pictures
    "imaging": reads(READ),
    "imaging_request": CASE_FORM,
    "imaging_result": CASE_PAGE,
    "sign_reading": form(SIGN),
    "review_imaging": writes(START, known_to=READ),
    "request_imaging": form(START),
    "record_imaging": form(START),
    # --- plans and reviews
    "plan": CASE_FORM,
    "end_plan": writes(START, known_to=READ),
    "set_targets": form(START),
    "plan_imaging": form(START),
    "add_block": writes(START, known_to=READ),
    "change_block": form(START),
    "review_block": both(ANYONE, SIGN, READ),
    # --- visits
    "log_session": form(LOG),
    "session": CASE_PAGE,
    "discard_session": form(LOG),
    "sign_notes": form(SIGN),
    "attest_session": form(SIGN),
    "add_addendum": form(SIGN),
    "correct_session": form(SIGN),
    "mark_in_error": form(SIGN),
    "copy_session": form(LOG),
    "exercise_sheet": CASE_PAGE,
    "exercise_sheet_pdf": CASE_PAGE,
    "resolve_event": writes(SIGN, known_to=READ),
    "add_photograph": form(LOG),
    "photograph": CASE_PAGE,
    "photograph_thumbnail": CASE_PAGE,
    "photograph_picture": CASE_PAGE,
    "photograph_original": CASE_PAGE,
    "take_away_photograph": writes(LOG),
    "snippets": form(LOG),
    "change_snippet": form(LOG),
    "archive_snippet": writes(LOG),
    # --- letters
    "letters": CASE_FORM,
    "letter": CASE_PAGE,
    "change_letter": form(START),
    "discard_letter": form(START),
    "letter_pdf": CASE_PAGE,
    # --- what the lead answers
    "clinic": reads(P.RULES_APPROVE, READ),
    "clinic_response_file": reads(P.RULES_APPROVE, READ),
    "research_file": reads(P.RULES_APPROVE, READ, P.RESEARCH_EXPORT),
    "export_file": reads(P.RULES_APPROVE, READ, P.EXPORT),
    "given_against": reads(P.RULES_APPROVE),
    "waivers": reads(P.RULES_APPROVE),
    "ask_waiver": form(LOG),
    "waiver": CASE_PAGE,
    "answer_waiver": writes(P.RULES_APPROVE),
    "withdraw_waiver": writes(P.RULES_APPROVE),
    "see_answer": writes(LOG),
    # --- running the clinic
    "staff": reads(P.STAFF_MANAGE),
    "invite_staff_member": form(P.STAFF_MANAGE),
    "staff_member": form(P.STAFF_MANAGE),
    "renew_link": writes(P.STAFF_MANAGE),
    "reset_second_factor": form(P.STAFF_MANAGE),
    "confirm_factor_reset": writes(P.STAFF_MANAGE),
    "deactivate_staff_member": form(P.STAFF_MANAGE),
    "hand_over": writes(P.STAFF_MANAGE),
    "add_site": form(P.STAFF_MANAGE),
    "site": form(P.STAFF_MANAGE),
    "api_keys": reads(P.API_KEY_CREATE),
    "create_integration_key": form(P.API_KEY_CREATE),
    "take_over_api_key": writes(P.API_KEY_CREATE),
    **API_ROUTES,
}


def answer_to(name: str | None, method: str | None, permitted: Set[Permission] | None) -> tuple[Answer, str]:
    """What becomes of a request, and the permission that is lacking. `permitted` is None of a stranger.

    Fails closed: a route without a line here is refused to everybody.
    """
    route = ROUTES.get(name or "")
    if route is None:
        return Answer.NOT_ALLOWED, f"route.{name or 'unnamed'}"
    if permitted is None and not route.is_public:
        return Answer.LOG_IN, ""
    needed = route.needed(method)
    if needed is None:
        return Answer.NO_SUCH_METHOD, ""
    held = permitted or frozenset()
    if not route.known_to <= held:
        return Answer.NOT_FOUND, min(route.known_to - held)
    return (Answer.GO_ON, "") if needed <= held else (Answer.NOT_ALLOWED, min(needed - held))
