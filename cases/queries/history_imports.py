"""Imports of histories: how far each is."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cases.models import HistoryImport, ImportProgress
from clinic.models import StaffMember


def history_imports_of(by: StaffMember) -> QuerySet[HistoryImport]:
    """One's own, without their text. Each has `phase`, `done` and `total` of its progress (None before the job began),
    and whether it `is_stuck`: its job ended each worker that took it up, and is not tried again.
    """
    progress = ImportProgress.objects.filter(pk=OuterRef("pk"))
    failed = DBTaskResult.objects.filter(pk=OuterRef("job"), status=TaskResultStatus.FAILED)
    rows = HistoryImport.objects.filter(made_by=by).select_related("site", "lead").defer("text")
    return rows.annotate(
        phase=Subquery(progress.values("phase")),
        done=Subquery(progress.values("done")),
        total=Subquery(progress.values("total")),
        is_stuck=Exists(failed),
    )
