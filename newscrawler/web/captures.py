"""The captures of an article: as files, and as pages to look at."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from newscrawler.archive.article_view import ArticleRecord, article_record, capture_number
from newscrawler.archive.captures.images import read_image
from newscrawler.archive.captures.reading import CapturedPage, read_capture, record_bytes
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.archive.captures.warc_files import folder_of
from newscrawler.archive.suppressed_names import SuppressedNames
from newscrawler.web.original_page import POLICY as ORIGINAL_POLICY
from newscrawler.web.original_page import safe_page
from newscrawler.web.rendering import POLICY, page
from newscrawler.web.request import PageRequest

_MOST_PAGES = 1_000


def _captured(
    request: PageRequest, connection: sqlite3.Connection
) -> tuple[ArticleRecord, dict[str, Any], CapturedPage]:
    """Return the article of the request, and the row and the content of the capture that its address names.

    A page that names a suppressed article is not offered: HTTP 404.
    """
    record = article_record(connection, request.path_params["id"])
    if record is None:
        raise HTTPException(404)
    version, page_number = int(request.path_params["version"]), request.number("page", 1, _MOST_PAGES)
    number = capture_number(connection, record.fields["id"], version, page_number)
    if number is None:
        raise HTTPException(404)
    try:
        row = get_capture(connection, number)
        captured = read_capture(connection, row)
    except CaptureError:
        raise HTTPException(404) from None
    names = SuppressedNames.read(connection)
    own = f"{record.fields['title']}\n{record.fields['body']}"
    if names.are_in_page(captured.body, own=own) or names.are_in(str(captured.headers)):
        raise HTTPException(404)
    return record, row, captured


def article_capture(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/article/ID/capture/VERSION.html`, the page as it was received, and `….warc.gz`, its WARC record.

    Both are files to save. They hold what another server sent, so they are never shown under our address.
    """
    record, row, captured = _captured(request, connection)
    name = f"{record.fields['id']}-{request.path_params['version']}.{request.path_params['format']}"
    try:
        is_page = request.path_params["format"] == "html"
        data = captured.body if is_page else record_bytes(folder_of(connection), row)
    except CaptureError:
        raise HTTPException(404) from None
    return download(name, data, "application/octet-stream")


def original(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/article/ID/original/VERSION`: the captured page in a frame, with what it is and the way back."""
    record, row, captured = _captured(request, connection)
    response = page(
        "original.html",
        request,
        record=record,
        number=int(request.path_params["version"]),
        row=row,
        captured=captured,
        page_number=request.number("page", 1, _MOST_PAGES),
    )
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def original_content(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/article/ID/original/VERSION/content`: the captured page, made safe, for that frame."""
    _, _, captured = _captured(request, connection)
    content = safe_page(captured, partial(read_image, connection, near=captured.fetched))
    if content is None:
        raise HTTPException(404)
    headers = {"Content-Security-Policy": ORIGINAL_POLICY, "X-Frame-Options": "SAMEORIGIN", "Cache-Control": "no-cache"}
    return HTMLResponse(content, headers=headers)


def article_image(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/article/ID/image/NUMBER`: a captured image of the article's newest version, from 1 on."""
    record = article_record(connection, request.path_params["id"])
    number = int(request.path_params["number"])
    if record is None or not 1 <= number <= len(record.images):
        raise HTTPException(404)
    image = read_image(connection, record.images[number - 1][0], record.fields["last_seen"])
    if image is None:
        raise HTTPException(404)
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-cache"}
    return Response(image.data, headers=headers, media_type=image.content_type)


def download(name: str, data: bytes, content_type: str) -> Response:
    """Return a file that a browser saves and does not show."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-cache",
    }
    return Response(data, headers=headers, media_type=content_type)
