"""On which pages a record that was opened under break glass is open: to read it, and to write clinically.

Not the lists, not what administers, merges or exports, and no new case, by which the record would stay one's own.
"""

# fmt: off
OPEN_UNDER_GLASS = frozenset({
    "patient", "note_alert", "end_alert", "case", "compare_sessions", "case_photographs", "progress",
    "case_history", "case_state", "goals", "add_prior_treatment", "red_flags", "resolve_red_flag", "screening",
    "confirm_unchanged", "note_phase", "consents", "withdraw_consent", "imaging_request", "imaging_result",
    "add_imaging_files", "answer_imaging_identity", "imaging_frame", "imaging_preview", "sign_reading",
    "look_at_imaging", "compare_imaging", "tell_patient",
    "review_imaging", "request_imaging", "record_imaging", "plan", "end_plan", "set_targets", "plan_imaging",
    "add_block", "change_block", "review_block", "log_session", "session", "discard_session",
    "add_addendum", "correct_session", "mark_in_error", "exercise_sheet", "resolve_event", "add_photograph",
    "photograph", "photograph_thumbnail", "photograph_picture", "letters", "letter", "change_letter",
    "discard_letter", "ask_waiver", "waiver", "answer_waiver", "withdraw_waiver", "see_answer", "close_opening",
})
# fmt: on
