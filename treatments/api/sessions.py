"""Whole sessions: posted, read and signed."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.cases import OfAllCases
from cases.api.patients import OfPatients
from cases.models import Case
from cases.queries.gone import gone_with_patient
from clinic import audit
from clinic.api.filters import by_choice, by_day, by_flag, by_id
from clinic.api.idempotency import IDEMPOTENCY_KEY, once
from clinic.api.lists import refuse_unknown
from clinic.api.resources import List, etag_seen, read
from clinic.api.shapes import EtagField, MaybeField, Out
from clinic.errors import Fault, RuleBroken, Stale
from clinic.models import StaffMember
from treatments.actions.sessions import discard_session, log_session, sign_session
from treatments.api.plans import WhyIn
from treatments.api.session_shapes import DraftOut, SessionIn, SessionOut, as_data
from treatments.models import Addendum, AddendumKind, Session, SessionKind, SessionStatus
from treatments.queries import plan_of


def answer(
    session: Session, code: int = status.HTTP_200_OK, *, originals: bool = False, says_due: bool = False
) -> Response:
    headers = {"ETag": f'"{session.etag}"', "Location": reverse("api_session", args=[session.pk])}
    told = as_data(session, originals=originals)
    if says_due:
        told["due"] = due_in(session.case)
    return Response(told, status=code, headers=headers)


def due_in(case: Case) -> dict[str, object]:
    """What comes next in the plan: the review of a block, or a session of it."""
    state = plan_of(case)
    review = state.review_due if state else None
    place = state.position if state and review is None else None
    return {
        "review_of_block": review.pk if review else None,
        "block": state.current.pk if state and state.current else None,
        "session_number": place.number if place else None,
    }


def readable(by: StaffMember) -> QuerySet[Session]:
    """Signed ones of visible cases, and what one wrote oneself, discarded too."""
    rows = Session.objects.visible_to(by)
    return rows.signed() | rows.written_by(by)


def found(request: Request, pk: UUID) -> Session:
    rows = readable(request.user).select_related("case__patient", "site", "author", "signed_by")
    session: Session = get_object_or_404(rows.prefetch_related("addenda"), pk=pk)
    return session


IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The etag that was seen."
)


class SessionEtagField(EtagField):
    """The version of the row, and of what is typed in it."""

    columns = ("version", "draft_version")

    @staticmethod
    def made(version: int, draft_version: int) -> str:  # type: ignore[override]
        return f"{version}.{draft_version}"


class SessionRowOut(Out):
    """A session in a list; all of it is read one by one."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    patient = serializers.UUIDField(source="case.patient_id")
    site = serializers.UUIDField(source="site_id")
    kind = serializers.ChoiceField(SessionKind.choices)
    status = serializers.ChoiceField(SessionStatus.choices)
    occurred_on = serializers.DateField(allow_null=True)
    block = serializers.UUIDField(source="block_id", allow_null=True)
    number = serializers.IntegerField(allow_null=True, help_text="Its place in the block.")
    author = serializers.UUIDField(source="author_id")
    signed_by = serializers.UUIDField(source="signed_by_id", allow_null=True)
    signed_name = MaybeField()
    signed_at = serializers.DateTimeField(allow_null=True)
    is_in_error = serializers.BooleanField(source="was_in_error")
    etag = SessionEtagField()
    updated_at = serializers.DateTimeField()


class Sessions(List):
    """Signed sessions of the cases that one may read, and drafts of one's own."""

    noun, one, detail = "sessions", "session", "api_session"
    model, out = Session, SessionRowOut
    scopes = {"GET": "sessions:read", "POST": "sessions:write"}
    filters = {
        "case": by_id("case_id"),
        "patient": by_id("case__patient_id"),
        "block": by_id("block_id"),
        "author": by_id("author_id"),
        "status": by_choice("status", [SessionStatus.DRAFT, SessionStatus.SIGNED]),
        "kind": by_choice("kind", SessionKind.values),
        "is_in_error": by_flag("was_in_error"),
        "occurred_on_after": by_day("occurred_on__gt"),
        "occurred_on_before": by_day("occurred_on__lt"),
    }
    expands = {"patient": OfPatients, "case": OfAllCases}
    orderings = ("pk", "updated_at")
    is_followed = True

    def visible(self, by: StaffMember) -> QuerySet[Session]:
        wrong = Addendum.objects.filter(session=OuterRef("pk"), kind=AddendumKind.IN_ERROR)
        return readable(by).exclude(status=SessionStatus.DISCARDED).annotate(was_in_error=Exists(wrong))

    def gone(self, ids: list[UUID], by: StaffMember) -> dict[UUID, dict[str, str]]:
        found = gone_with_patient(Session.objects.filter(pk__in=ids).exclude(status=SessionStatus.DRAFT), by)
        thrown = Session.objects.visible_to(by).filter(pk__in=ids, author=by, status=SessionStatus.DISCARDED)
        return found | {pk: {"reason": "discarded"} for pk in thrown.values_list("pk", flat=True)}

    @extend_schema(
        operation_id="sessions_create",
        summary="Log a whole session, unsigned",
        request=SessionIn,
        responses={201: DraftOut},
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
        return answer(
            log_session(case=case, document=document, by=request.user), status.HTTP_201_CREATED, says_due=True
        )


class SessionDetail(APIView):
    """One session."""

    scopes = {"GET": "sessions:read"}

    @extend_schema(
        operation_id="sessions_read",
        summary="Read a session",
        parameters=[OpenApiParameter("originals", bool, description="As it was signed, without what was corrected")],
        responses=PolymorphicProxySerializer("AnySession", [SessionOut, DraftOut], None),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        refuse_unknown(request, {"originals"})
        session = found(request, pk)
        audit.seen("session", by=request.user, about=session, patient_id=session.case.patient_id)
        return answer(session, originals=request.query_params.get("originals") == "true")


class OneOf(APIView):
    """What is done to one session; what was answered is told again only to who may still read it."""

    def visible(self, by: StaffMember) -> QuerySet[Session]:
        return readable(by)


class SessionSign(OneOf):
    """Signing closes a session for ever."""

    scopes = {"POST": "sessions:sign"}

    @extend_schema(
        operation_id="sessions_sign",
        summary="Sign a session",
        parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        request=None,
        responses=SessionOut,
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        session = found(request, pk)
        seen = etag_seen(request)
        read(None, request)
        if seen != session.etag and session.status != SessionStatus.SIGNED:
            raise Stale
        signed = sign_session(session=session, draft_version=session.draft_version, by=request.user)
        return answer(signed, says_due=True)


class SessionDiscard(OneOf):
    """A draft that is not to be signed."""

    scopes = {"POST": "sessions:write"}

    @extend_schema(
        operation_id="sessions_discard",
        summary="Discard a draft; what was typed is kept",
        parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        request=WhyIn,
        responses=DraftOut,
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        session = found(request, pk)
        if etag_seen(request) != session.etag:
            raise Stale
        told = read(WhyIn, request)
        return answer(discard_session(session=session, reason=told["reason"], by=request.user))
