"""A page with the picture viewer, served to a browser from the files of the house: no site and no database behind it."""

import gzip
import io
import json
import mimetypes
from collections.abc import Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from django.conf import settings
from django.template.loader import render_to_string
from PIL import Image
from playwright.sync_api import Page

from treatments.demo.phantoms import Phantom

STATIC = Path(settings.BASE_DIR) / "clinic" / "static"
SHEETS = ("tokens", "base", "pictures", "components", "pages")
POLICY = "; ".join(
    f"{name} {' '.join(str(each) for each in told)}"
    for name, told in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)


class Pictures:
    """Pictures by their id, as the server would send them; and how often each was asked for."""

    def __init__(self) -> None:
        self.files: list[dict[str, Any]] = []
        self.bodies: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.asked: list[str] = []

    def add(self, samples: Any, **told: Any) -> dict[str, Any]:
        """Frames of grey (frames, rows, columns), or one of them."""
        frames = samples if samples.ndim == 3 else samples[None]
        file = self.file("DICOM", frames.shape[1], frames.shape[2], frames=len(frames), **told)
        for number, frame in enumerate(frames, 1):
            kind = "<u2" if file["sample"] == "uint16" else "<i2"
            body = gzip.compress(np.ascontiguousarray(frame, dtype=kind).tobytes(), 1)
            self.bodies[f"/imaging/files/{file['id']}/frames/{number}/"] = (
                body,
                {"Content-Type": "application/octet-stream", "Content-Encoding": "gzip"},
            )
        low = file["centre"] - file["width"] / 2
        grey = np.clip((frames[0].astype(float) - low) / file["width"] * 255, 0, 255).astype("u1")
        small = Image.fromarray(grey)
        small.thumbnail((1024, 1024))
        self.bodies[file["preview_url"]] = (encoded(small, "JPEG"), {"Content-Type": "image/jpeg"})
        return file

    def add_phantom(self, made: Phantom, **told: Any) -> dict[str, Any]:
        kind = "US_REGION" if made.samples.dtype == np.uint8 else "ERMF"
        scale = {
            "kind": kind,
            "row_mm": round(made.row_mm, 6),
            "column_mm": round(made.column_mm, 6),
            "error_percent": 10,
        }
        window = {"centre": 128, "width": 256, "high": 255} if kind == "US_REGION" else {"centre": 1900, "width": 3200}
        return self.add(made.samples, **{"scale": scale, **window, **told})

    def add_colour(self, image: Image.Image, **told: Any) -> dict[str, Any]:
        file = self.file("PNG", image.height, image.width, is_colour=True, **told)
        for path in (f"/imaging/files/{file['id']}/frames/1/", file["preview_url"]):
            self.bodies[path] = (encoded(image, "PNG"), {"Content-Type": "image/png"})
        return file

    def file(self, kind: str, rows: int, columns: int, **told: Any) -> dict[str, Any]:
        name = f"f{len(self.files) + 1}"
        made = {
            "id": name,
            "kind": kind,
            "number": len(self.files) + 1,
            "frames": 1,
            "rows": rows,
            "columns": columns,
            "is_colour": False,
            "is_inverted": False,
            "low": 0,
            "high": 4095,
            "centre": 2048,
            "width": 4096,
            "frame_url": f"/imaging/files/{name}/frames/{{n}}/",
            "preview_url": f"/imaging/files/{name}/preview/",
            "sample": "uint16",
            "scale": None,
            "offered": [],
            **told,
        }
        self.files.append(made)
        return made

    def manifest(self, *files: Mapping[str, Any], **told: Any) -> dict[str, Any]:
        shown = list(files or self.files)
        return {
            "files": shown,
            "deposits": [{"label": "D1"}, {"label": "D2"}],
            "outlines": [],
            "may_measure": True,
            **told,
        }

    def serve(self, page: Page, body: str, script: str = "viewers.js") -> None:
        """Opens the page, and serves what it asks for, under the policy of the house."""
        sheets = "".join(f'<link rel="stylesheet" href="/static/clinic/css/{name}.css">' for name in SHEETS)
        html = (
            '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>A picture</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            f'{sheets}</head><body><div class="frame-body"><main id="content"><h1>Right ankle, lateral</h1>'
            f'<div class="page">{body}</div></main></div>'
            f'<script type="module" src="/static/clinic/js/{script}"></script></body></html>'
        )

        self.bodies["/"] = (html.encode(), {"Content-Type": "text/html", "Content-Security-Policy": POLICY})
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Answer, self))
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        page.once("close", lambda _: (server.shutdown(), server.server_close()))
        page.goto(f"http://127.0.0.1:{server.server_port}/")

    def body(self, path: str) -> tuple[bytes, dict[str, str]] | None:
        self.asked.append(path)
        if not path.startswith("/static/"):
            return self.bodies.get(path)
        file = STATIC / path.removeprefix("/static/")
        kind = "text/javascript" if file.suffix == ".js" else str(mimetypes.guess_type(file)[0])
        return file.read_bytes(), {"Content-Type": kind}

    def show(self, page: Page, name: str = "Right ankle, lateral", *, strip: bool = False, **told: Any) -> None:
        """One viewer with all pictures."""
        files = [{**file, "words": f"Picture {file['number']}"} for file in self.files] if strip else None
        told_to_it = {"data": "viewer-data", "name": name, "files": files}
        self.serve(
            page, as_data("viewer-data", self.manifest(**told)) + render_to_string("components/viewer.html", told_to_it)
        )

    def compare(self, page: Page, **told: Any) -> None:
        """The first two pictures side by side."""
        parts = []
        for name, file in zip(("before", "after"), self.files, strict=False):
            parts.append(as_data(f"viewer-{name}", self.manifest(file, **told)))
            parts.append(
                render_to_string("components/viewer.html", {"data": f"viewer-{name}", "name": f"Right ankle, {name}"})
            )
        link = '<button type="button" class="button" data-link aria-pressed="true">Move both together</button>'
        self.serve(page, f'<div data-compare>{link}<div class="viewer-pair">{"".join(parts)}</div></div>', "compare.js")


class Answer(BaseHTTPRequestHandler):
    """Answers from pictures."""

    def __init__(self, pictures: Pictures, *told: Any) -> None:
        self.pictures = pictures
        super().__init__(*told)

    def do_GET(self) -> None:
        body, headers = self.pictures.body(self.path) or (b"", {})
        self.send_response(200 if headers else 404)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: Any) -> None:
        """Nothing."""


def as_data(name: str, told: Mapping[str, Any]) -> str:
    return f'<script id="{name}" type="application/json">{json.dumps(told)}</script>'


def encoded(image: Image.Image, kind: str) -> bytes:
    made = io.BytesIO()
    image.save(made, kind)
    return made.getvalue()
