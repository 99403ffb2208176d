import json
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.datastructures import MultiValueDict

from clinic.errors import NotAllowed
from clinic.middleware import WholeBodyMiddleware
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff


@pytest.mark.parametrize(("told", "status"), [(10, 200), (11, 400), (820, 400), (0, 200)])
def test_a_body_that_was_cut_off_is_refused(rf: RequestFactory, told: int, status: int) -> None:
    request = rf.post("/", b"0123456789", content_type="application/json")
    request.META["CONTENT_LENGTH"] = str(told)
    request._stream = BytesIO(b"0123456789")
    request._read_started = False
    answer = WholeBodyMiddleware(lambda r: HttpResponse("stored"))(request)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("told", "status", "code"), [("820", 400, "cut_off"), ("2097153", 413, "too_large"), ("99999999", 413, "too_large")]
)
def test_a_program_is_told_so_as_a_problem(rf: RequestFactory, told: str, status: int, code: str) -> None:
    request = rf.post("/api/v1/goals/", b"0123456789", content_type="application/json")
    request.META["CONTENT_LENGTH"] = told
    request._stream = BytesIO(b"0123456789")
    answer = WholeBodyMiddleware(lambda r: HttpResponse("stored"))(request)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(answer.content)["code"] == code


@pytest.mark.parametrize("path", ["/", "/api/v1/imports/"])
def test_a_file_that_is_far_too_large(rf: RequestFactory, path: str) -> None:
    request = rf.generic("POST", path, b"", MULTIPART_CONTENT)
    request.META["CONTENT_LENGTH"] = str(65 * 1024 * 1024)
    answer = WholeBodyMiddleware(lambda r: HttpResponse("stored"))(request)
    told = "application/problem+json" if path.startswith("/api/") else "text/plain"
    assert (answer.status_code, answer["Content-Type"]) == (413, told)


@pytest.mark.parametrize("start", ["/imaging/results/", "/api/v1/imaging-results/"])
def test_a_disc_may_be_larger_than_a_photograph(rf: RequestFactory, start: str) -> None:
    for place, megabytes, status in (("files/", 300, 200), ("files/", 514, 413), ("review/", 65, 413)):
        request = rf.generic("POST", f"{start}{uuid4()}/{place}", b"", MULTIPART_CONTENT)
        request.content_type = "multipart/form-data"
        request.META["CONTENT_LENGTH"] = str(megabytes * 1024 * 1024)
        if status == 200:
            request._post, request._files = QueryDict(), MultiValueDict()
        assert WholeBodyMiddleware(lambda r: HttpResponse("stored"))(request).status_code == status


@pytest.mark.parametrize("length", ["\xb2", "-1", "x", "1e3"])
def test_a_length_that_is_no_number(rf: RequestFactory, length: str) -> None:
    request = rf.get("/")
    request.META["CONTENT_LENGTH"] = length
    assert WholeBodyMiddleware(lambda r: HttpResponse("read"))(request).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("missing", "status"), [(0, 200), (100, 400), (900, 400), (1150, 400)])
def test_a_form_with_a_file_that_was_cut_off_is_refused(rf: RequestFactory, missing: int, status: int) -> None:
    told = {"title": "Right ankle", "file": SimpleUploadedFile("a.jpg", b"0123456789" * 100)}
    body = encode_multipart(BOUNDARY, told)
    request = rf.generic("POST", "/", body, MULTIPART_CONTENT)
    request._stream = BytesIO(body[: len(body) - missing])
    answer = WholeBodyMiddleware(lambda r: HttpResponse("stored"))(request)
    assert answer.status_code == status


@pytest.mark.django_db
def test_what_is_behind_the_login_is_kept_nowhere(client: Client) -> None:
    client.force_login(a_physio())
    for path in ("/", "/patients/", "/api/v1/patients/"):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"]
        assert len(answer["X-Request-ID"]) == 36


@pytest.mark.django_db
def test_pages_are_compressed_and_the_api_keeps_its_etags(client: Client) -> None:
    client.force_login(by := a_physio())
    patient = a_patient(by)
    accepts = {"HTTP_ACCEPT_ENCODING": "gzip"}
    page = client.get(f"/patients/{patient.pk}/", **accepts)
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < len(client.get(f"/patients/{patient.pk}/").content) / 2
    session = a_signed_session(a_case(by, patient), by, subjective="Better. " * 100)
    answer = client.get(f"/api/v1/sessions/{session.pk}/", **accepts)
    assert answer.status_code == 200
    assert answer["ETag"].startswith('"')
    assert "Content-Encoding" not in answer


@pytest.mark.django_db
def test_the_browser_is_told_what_our_pages_may_do(client: Client) -> None:
    answer = client.get("/account/login/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")


@pytest.mark.django_db
def test_a_refusal_is_a_page_and_an_event(client: Client) -> None:
    by = a_physio()
    patient = a_patient(by)
    client.force_login(person := staff(Role.RECEPTIONIST, site=site_of(by)))
    answer = client.get(f"/patients/{patient.pk}/cases/start/")
    assert answer.status_code == 403
    event = AuditEvent.objects.get(action="action.refused")
    assert (event.staff, event.details) == (person, {"action": "case.start", "code": "not_allowed"})


def test_a_refusal_survives_the_rollback(own_database: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **told: Any) -> None:
        a_patient(by, family_name="Rolled-Back")
        raise NotAllowed("case.start")

    by = a_physio()
    client.force_login(by)
    monkeypatch.setattr("treatments.views.today.today_of", refuse)
    assert client.get("/").status_code == 403
    assert AuditEvent.objects.filter(action="action.refused", staff=by).count() == 1


@pytest.mark.parametrize("path", ["/", "/patients/", "/account/login/", "/api/v1/patients/", "/healthz"])
def test_the_database_is_away(own_database: str, path: str) -> None:
    client = Client(raise_request_exception=False)
    if not path.startswith("/account"):
        client.force_login(a_physio())
    host = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        answer = client.get(path)
    finally:
        connection.close()
        connection.settings_dict["HOST"] = host
    if path == "/account/login/":
        assert answer.status_code in (200, 503)
    else:
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert ("json" in answer["Content-Type"]) is path.startswith("/api/")
