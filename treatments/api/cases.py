"""The whole course of a case on one time axis, as data."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.models import Case
from cases.queries import courses_of, studies_of
from clinic import audit
from clinic.api.lists import refuse_unknown
from treatments.api.courses import ProgressOut, as_data
from treatments.queries import plans_of, progress_of, story_of, surroundings_of


class CaseProgress(APIView):
    """Outcomes, doses and what happened over time; only what is signed."""

    scopes = {"GET": "cases:read"}

    @extend_schema(operation_id="case_progress", summary="The progress of a case", responses=ProgressOut)
    def get(self, request: Request, pk: UUID) -> Response:
        refuse_unknown(request, set())
        case = get_object_or_404(story_of(Case.objects.visible_to(request.user)), pk=pk)
        audit.seen("case", by=request.user, about=case, patient_id=case.patient_id)
        progress = progress_of(case)
        around = surroundings_of(progress, courses=courses_of(case), studies=studies_of(case), plans=plans_of(progress))
        return Response(ProgressOut(as_data(progress, around)).data)
