"""Download a file: go on where an earlier try ended, and believe nothing whose checksum is not right."""

import hashlib
import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from asrgate.audio.fetching.catalogue import Archive
from asrgate.errors import AsrgateError, UsageError

TRIES = 5
PAUSE_S = 2.0
TIMEOUT_S = 60.0
_BLOCK_BYTES = 1 << 20
_SHA256 = re.compile(r'"?([0-9a-f]{64})"?')

Progress = Callable[[int, int | None], None]
"""Told how many bytes there are, and of how many, None when the server does not say."""


class _Response(Protocol):
    status: int
    headers: http.client.HTTPMessage

    def read(self, amount: int) -> bytes: ...


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, and keeps the checksum that the first server states of what lies elsewhere."""

    stated: str | None = None

    def redirect_request(  # type: ignore[no-untyped-def]
        self, request, answer, code, message, headers, url
    ) -> urllib.request.Request | None:
        self.stated = self.stated or _stated(headers)
        return super().redirect_request(request, answer, code, message, headers, url)


def download(archive: Archive, folder: Path, progress: Progress) -> Path:
    """Download a file into a folder, unless it is there; what was begun is gone on with.

    A connection that breaks is tried again, `TRIES` times in all without any progress.

    Raises:
        UsageError: the folder cannot be written.
        AsrgateError: the file cannot be had, or it is not the one whose checksum is known.
    """
    target = folder / archive.name
    part = target.with_name(f"{target.name}.part")
    if target.is_file():
        return target
    failures = 0
    while True:
        before = part.stat().st_size if part.is_file() else 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stated = _append(archive, part, progress)
            break
        except urllib.error.HTTPError as error:
            if error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise AsrgateError(
                    f"{archive.url}: the server answered {error.code} {error.reason}"
                ) from error
            reason = f"the server answered {error.code} {error.reason}"
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
            reason = str(getattr(error, "reason", None) or error or type(error).__name__)
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror}; expected a folder that can be written") from error
        grown = part.is_file() and part.stat().st_size > before
        failures = 0 if grown else failures + 1
        if failures >= TRIES:
            raise AsrgateError(
                f"{archive.url}: {reason}, {TRIES} times; what came is kept in {part}, and the same command "
                f"goes on from there"
            )
        time.sleep(PAUSE_S * failures)
    _verify(part, archive, archive.checksum or stated)
    part.rename(target)
    return target


def _append(archive: Archive, part: Path, progress: Progress) -> str | None:
    """Fetch what is missing; gives the checksum that the server states, None when it states none."""
    have = part.stat().st_size if part.is_file() else 0
    redirects = _Redirects()
    request = urllib.request.Request(archive.url, headers={"User-Agent": "asrgate"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.build_opener(redirects).open(request, timeout=TIMEOUT_S) as response:
            _receive(response, part, have, progress)
            return redirects.stated or _stated(response.headers)
    except urllib.error.HTTPError as error:
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            # There is nothing after what is here already: the checksum decides.
            return redirects.stated or _stated(error.headers)
        raise


def _receive(response: _Response, part: Path, have: int, progress: Progress) -> None:
    goes_on = response.status == HTTPStatus.PARTIAL_CONTENT
    have = have if goes_on else 0
    length = response.headers.get("Content-Length")
    whole = have + int(length) if length is not None and length.isdecimal() else None
    with part.open("ab" if goes_on else "wb") as file:
        while block := response.read(_BLOCK_BYTES):
            file.write(block)
            have += len(block)
            progress(have, whole)
    if whole is not None and have < whole:
        raise ConnectionError(f"the connection ended after {have} of {whole} bytes")


def _stated(headers: Message) -> str | None:
    """The SHA-256 that the Hugging Face hub states of a large file when it says where that lies."""
    for name in ("X-Linked-Etag", "ETag"):
        found = _SHA256.fullmatch(headers.get(name, ""))
        if found is not None:
            return f"sha256:{found[1]}"
    return None


def _verify(part: Path, archive: Archive, checksum: str | None) -> None:
    if checksum is None:
        return
    algorithm, _, expected = checksum.partition(":")
    with part.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    if found != expected:
        part.unlink()
        raise AsrgateError(
            f"{archive.url}: what came has the {algorithm} {found}, expected {expected}; it was deleted. "
            f"Try again, or another mirror with --mirror"
        )
