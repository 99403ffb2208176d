"""What goes out on paper: a template of typst and its data make a PDF.

What people typed travels as JSON beside the template and is never read as markup.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse

from clinic import clock

ROOT = settings.BASE_DIR / "templates"
ACCESSIBLE = ["ua-1"]


def as_pdf(template: str, data: Mapping[str, Any], at: datetime | None = None) -> bytes:
    """A tagged PDF (PDF/UA-1) with the fonts that come with typst, the same bytes for the same `data` and `at`.

    A letter of a script that these fonts do not have is set with the fonts of the machine, and is not tagged as UA.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    stamp = int((at or clock.now()).timestamp())
    compiler = partial(typst.Compiler, root=str(ROOT), sys_inputs=inputs)
    wanted = {"input": str(ROOT / template), "format": "pdf", "timestamp": stamp}
    try:
        return bytes(compiler(ignore_system_fonts=True).compile(pdf_standards=ACCESSIBLE, **wanted))
    except typst.TypstError:
        return bytes(compiler().compile(**wanted))


def attached(pdf: bytes, name: str) -> HttpResponse:
    """A file to keep, never shown in the page and never kept on the way."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
