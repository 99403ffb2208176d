"""Posts a session to the case with this number, and signs it: KEY=… python post_a_session.py 2026-0042 session.json

A lost answer is asked for again with the same Idempotency-Key, a 429 or 503 after the pause that it names; after a 412
the session is read again and signed as it is now.
"""

import json
import os
import sys
import time
import uuid

import httpx

API = os.environ.get("API", "http://127.0.0.1:8000/api/v1")
TRIES = 8


class Casebook:
    """The interface, asked until it answers."""

    def __init__(self, key: str, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self.client = httpx.Client(base_url=API, headers=headers, timeout=20, transport=transport)

    def ask(self, method: str, path: str, **told: object) -> httpx.Response:
        for turn in range(TRIES):
            try:
                answer = self.client.request(method, path, **told)
            except httpx.TransportError:  # nobody knows whether it was done: the same key asks
                time.sleep(0.2 * 2**turn)
                continue
            if answer.status_code not in (429, 503) and not is_in_flight(answer):
                return answer
            time.sleep(float(answer.headers.get("Retry-After", 1)))
        raise SystemExit(f"{method} {path}: no answer after {TRIES} tries")

    def post_session(self, number: str, note: dict[str, object]) -> dict[str, object]:
        cases = self.ask("GET", "/cases/", params={"number": number}).raise_for_status().json()["results"]
        if not cases:
            raise SystemExit(f"There is no case {number}, or this key may not see it.")
        once = {"Idempotency-Key": str(uuid.uuid4())}
        made = self.ask("POST", "/sessions/", json={"case": cases[0]["id"], **note}, headers=once)
        if made.status_code != 201:
            raise SystemExit(
                "\n".join(f"{e['pointer']}: {e['detail']}" for e in made.json().get("errors", [made.json()]))
            )
        path, etag = f"/sessions/{made.json()['id']}/", made.headers["ETag"]
        while True:
            signed = self.ask("POST", f"{path}sign/", headers={"If-Match": etag})
            if signed.status_code != 412:
                return dict(signed.raise_for_status().json())
            etag = self.ask("GET", path).headers["ETag"]  # somebody changed it: look at it here before you sign


def is_in_flight(answer: httpx.Response) -> bool:
    return answer.status_code == 409 and answer.json().get("code") == "in_flight"


if __name__ == "__main__":
    with open(sys.argv[2]) as file:
        signed = Casebook(os.environ["KEY"]).post_session(sys.argv[1], json.load(file))
    print(json.dumps(signed))  # noqa: T201 - a program for a terminal
