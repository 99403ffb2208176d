"""The progress of a case: the page with the whole drawing, and its numbers as a file."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from cases.models import Case
from cases.queries import courses_of, studies_of
from cases.views.heads import case_head, patient_head
from clinic import audit, clock
from clinic.rules.csv_files import as_csv
from treatments.forms.progress import ProgressForm
from treatments.queries import Progress, Surroundings, plans_of, progress_of, story_of, surroundings_of
from treatments.queries.wording import course_of
from treatments.views.drawing import chart_of
from treatments.views.happenings import things_before
from treatments.views.twins import file_rows, twin_of


def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything of one case on one time axis, chosen by the address."""
    case = get_object_or_404(story_of(Case.objects.visible_to(request.user)), pk=pk)
    audit.seen("progress", by=request.user, about=case, patient_id=case.patient_id)
    found, around, form = asked(request, case)
    counted = found.counted_from(form.choice.since)
    context = {
        "case": case,
        "head": patient_head(case.patient),
        "case_line": case_head(case),
        "today": form.today,
        "form": form,
        "around": around,
        "before": things_before(around) if around else (),
        "chart": chart_of(counted, around, form.choice, today=form.today),
        "since": form.choice.since,
        "courses": [course_of(s) for s, _is_other in form.choice.of(counted)],
        "twin": twin_of(counted, around, form.choice),
        "progress": counted,
        "file": f"{reverse('progress_file', args=[pk])}?{urlencode(chosen(form), doseq=True)}",
    }
    return render(request, "treatments/cases/progress.html", context, status=422 if form.errors else 200)


def progress_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The numbers of the drawing as a CSV file; what the address cannot say is left at the case's own."""
    case = get_object_or_404(story_of(Case.objects.visible_to(request.user)), pk=pk)
    found, around, form = asked(request, case)
    twin = twin_of(found.counted_from(form.choice.since), around, form.choice)
    rows = file_rows(twin) if twin else []
    audit.exported("progress", by=request.user, about=case, patient_id=case.patient_id, rows=len(rows))
    name = f"progress-{case.number}.csv"
    return HttpResponse(
        as_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def asked(request: HttpRequest, case: Case) -> tuple[Progress, Surroundings | None, ProgressForm]:
    found = progress_of(case)
    around = surroundings_of(found, courses=courses_of(case), studies=studies_of(case), plans=plans_of(found))
    return found, around, ProgressForm(request.GET, found, around, today=clock.today(case.site.time_zone))


def chosen(form: ProgressForm) -> dict[str, Any]:
    """The choice as an address says it, of what can be read."""
    names = ("measure", "side", "since", "day")
    told = {name: form.cleaned_data.get(name) for name in names} if form.is_valid() else {}
    return {name: value for name, value in told.items() if value}
