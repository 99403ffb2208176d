import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db
DOCS = "/api/v1/docs/"


def test_the_page_is_served_from_here_and_has_nothing_inline(client: Client) -> None:
    answer = client.get(DOCS)
    page = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", page)
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert named
    assert all(one.startswith(("/", "#", "data:,")) for one in named)
    statics = [one.removeprefix("/static/") for one in named if one.startswith("/static/")]
    assert any("swagger-ui-bundle.js" in one for one in statics)
    assert all(finders.find(one) for one in statics)


def test_its_script_names_our_description_and_no_validator(client: Client) -> None:
    answer = client.get(f"{DOCS}?script=")
    script = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/javascript")
    assert r'url: "/api/v1/schema/"' in script.replace(r"\u002D", "-")
    assert '"validatorUrl": null' in script
    assert "http" not in script.replace('"http"', "")


def test_it_is_only_read(client: Client) -> None:
    assert client.post(DOCS).status_code == 405
    assert client.get(DOCS, headers={"Accept": "application/json"}).status_code in (200, 406)
