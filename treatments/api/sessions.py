"""Whole sessions: posted, read and signed."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.models import Case
from clinic import audit
from clinic.api.idempotency import once
from clinic.api.lists import refuse_unknown
from clinic.api.problems import PreconditionRequired
from clinic.errors import Fault, RuleBroken, Stale
from treatments.actions.sessions import log_session, sign_session
from treatments.api.session_shapes import SessionIn, SessionOut, as_data
from treatments.models import Session, SessionStatus


def answer(session: Session, code: int = status.HTTP_200_OK, *, originals: bool = False) -> Response:
    headers = {"ETag": f'"{session.etag}"', "Location": reverse("api_session", args=[session.pk])}
    return Response(as_data(session, originals=originals), status=code, headers=headers)


def visible(request: Request) -> QuerySet[Session]:
    """The sessions that may be read: signed ones of visible cases, and drafts of one's own."""
    rows = Session.objects.visible_to(request.user).select_related("case__patient", "site", "author", "signed_by")
    return rows.signed() | rows.written_by(request.user)


class Sessions(APIView):
    """Where whole sessions are posted."""

    scopes = {"POST": "sessions:write"}

    @extend_schema(
        operation_id="sessions_create",
        summary="Log a whole session, unsigned",
        request=SessionIn,
        responses={201: SessionOut},
    )
    @once
    def post(self, request: Request) -> Response:
        sent = SessionIn(data=request.data)
        sent.is_valid(raise_exception=True)
        case = (
            Case.objects.visible_to(request.user)
            .select_related("patient", "site")
            .filter(pk=sent.validated_data["case"])
            .first()
        )
        if case is None:
            raise RuleBroken(
                "unknown_case",
                "There is no such case, or it is not yours.",
                faults=[Fault("/case", "unknown_case", "There is no such case, or it is not yours.")],
            )
        document = {name: value for name, value in request.data.items() if name != "case"}
        return answer(log_session(case=case, document=document, by=request.user), status.HTTP_201_CREATED)


class SessionDetail(APIView):
    """One session."""

    scopes = {"GET": "sessions:read"}

    @extend_schema(
        operation_id="sessions_read",
        summary="Read a session",
        parameters=[OpenApiParameter("originals", bool, description="As it was signed, without what was corrected")],
        responses=SessionOut,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        refuse_unknown(request, {"originals"})
        session = get_object_or_404(visible(request).prefetch_related("addenda"), pk=pk)
        audit.seen("session", by=request.user, about=session, patient_id=session.case.patient_id)
        return answer(session, originals=request.query_params.get("originals") == "true")


class SessionSign(APIView):
    """Signing closes a session for ever."""

    scopes = {"POST": "sessions:sign"}

    @extend_schema(
        operation_id="sessions_sign",
        summary="Sign a session",
        parameters=[
            OpenApiParameter(
                "If-Match", str, OpenApiParameter.HEADER, required=True, description="The etag that the signer saw"
            )
        ],
        request=None,
        responses=SessionOut,
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        session = get_object_or_404(visible(request), pk=pk)
        seen = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        if not seen:
            raise PreconditionRequired()
        if request.data:
            raise exceptions.ValidationError(
                dict.fromkeys(request.data, "There is no such member."), code="unknown_member"
            )
        if seen != session.etag and session.status != SessionStatus.SIGNED:
            raise Stale()
        return answer(sign_session(session=session, draft_version=session.draft_version, by=request.user))
