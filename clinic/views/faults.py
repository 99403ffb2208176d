"""The translator of pages: puts what an action refused beside the fields that it is about."""

from typing import Any

from django import forms

from clinic.errors import RuleBroken


def place(no: RuleBroken, form: forms.Form, **sets: Any) -> None:
    """Puts each fault beside its field of the form, or of the filled row of the set that its pointer names."""
    for fault in no.faults:
        name, *rest = fault.pointer.strip("/").split("/")
        rows = sets.get(name)
        filled = [f for f in rows.forms if f.has_changed()] if rows is not None else []
        if len(rest) == 2 and int(rest[0]) < len(filled):
            target = filled[int(rest[0])]
            target.add_error(rest[1] if rest[1] in target.fields else None, fault.message)
        else:
            form.add_error(name if name in form.fields else None, fault.message)
    if not no.faults:
        form.add_error(None, no.message)


def told(form: forms.Form, *sets: Any) -> list[dict[str, str]]:
    """All messages of a page with the fields that they belong to: for components/fault_summary.html."""
    listed = [{"message": str(error), "anchor": ""} for s in sets for error in s.non_form_errors()]
    for each in [form, *(f for s in sets for f in s.forms)]:
        for name, errors in each.errors.items():
            anchor = each[name].id_for_label if name in each.fields else ""
            label = f"{each.fields[name].label}: " if name in each.fields else ""
            listed += [{"message": f"{label}{error}", "anchor": anchor} for error in errors]
    return listed
