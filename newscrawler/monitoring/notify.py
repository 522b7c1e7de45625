"""Telling people of alarms: once when one opens, then when it worsens or ends. Secrets are never shown."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import smtplib
import sqlite3
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from newscrawler.archive.database.locks import lock_notification
from newscrawler.monitoring.alarms import Change, mark_notified, untold
from newscrawler.monitoring.config import Config, Mail, Webhook

logger = logging.getLogger(__name__)

TIMEOUT = 20.0
MOST_WAITED = 120.0
"""Seconds to wait for another process that tells."""
MOST_LINES = 30
"""Alarms that one message spells out."""
WECOM_BYTES = 2_000
"""WeCom takes 2,048 bytes of text, others many more."""
OTHER_BYTES = 15_000


class NotifyError(Exception):
    """A channel that could not be reached, or refused; the message shows no address and no password."""


def notify(connection: sqlite3.Connection, config: Config) -> list[str]:
    """Tell each channel what it has not been told; return what went wrong, a line a channel.

    What could not be told is told the next time.
    """
    if not config.channels:
        return []
    archive = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    # Crawls that end together would both find the same changes untold.
    lock = lock_notification(archive, seconds=MOST_WAITED)
    if lock is None:
        return ["another process is telling of alarms and does not end; it is tried again after the next run"]
    try:
        return [problem for channel in config.channels if (problem := _tell(connection, channel))]
    finally:
        lock.release()


def _tell(connection: sqlite3.Connection, channel: Mail | Webhook) -> str:
    """Tell one channel; return what went wrong, or ''."""
    changes = untold(connection, channel.name)
    if not changes:
        return ""
    problem = ""
    try:
        if isinstance(channel, Mail):
            if refused := send_mail(channel, changes):
                problem = f"channel {channel.name}: {refused}"
        else:
            post(channel, changes)
    except NotifyError as error:
        return f"channel {channel.name}: {error}; it is tried again after the next run"
    connection.execute("BEGIN IMMEDIATE")
    mark_notified(connection, channel.name, changes)
    connection.execute("COMMIT")
    return problem


def subject_of(changes: Sequence[Change]) -> str:
    """Return the message in one line."""
    portals = "、".join(dict.fromkeys(change.alarm.portal for change in changes))
    numbers = [
        f"{number} {kind}"
        for kind in ("opened", "worsened", "closed", "accepted")
        if (number := sum(change.change == kind for change in changes))
    ]
    return _one_line(f"newscrawler: alarms {', '.join(numbers)} ({portals})")[:200]


def _one_line(text: str) -> str:
    """Return a text without what would end a line, or a header of a mail: an archive may come from a stranger."""
    return "".join(character if character.isprintable() else " " for character in text)


def text_of(changes: Sequence[Change]) -> str:
    """Return the message: a paragraph an alarm."""
    parts = []
    for change in changes[:MOST_LINES]:
        alarm = change.alarm
        lines = [f"[{change.change}] {alarm.where}: {alarm.kind}"]
        if change.change in ("opened", "worsened"):
            lines += [alarm.message, *alarm.samples[:3]]
        lines.append(f"since {alarm.first_seen}" + (f", until {alarm.closed}" if alarm.closed else ""))
        parts.append("\n".join(map(_one_line, lines)))
    if len(changes) > MOST_LINES:
        parts.append(f"and {len(changes) - MOST_LINES} more; 'newscrawler health' lists all.")
    return "\n\n".join(parts)


def send_mail(channel: Mail, changes: Sequence[Change]) -> str:
    """Send one mail; return what to say when some receivers were refused, the others having got it.

    Raises NotifyError when nobody got it.
    """
    message = EmailMessage()
    message["Subject"] = subject_of(changes)
    message["From"] = channel.sender
    message["To"] = ", ".join(channel.to)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="newscrawler.invalid")
    message.set_content(text_of(changes))
    context = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if channel.security == "tls":
            server = smtplib.SMTP_SSL(channel.host, channel.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(channel.host, channel.port, timeout=TIMEOUT)
        with server:
            if channel.security == "starttls":
                server.starttls(context=context)
            if channel.user:
                server.login(channel.user, channel.password.get_secret_value())
            refused = server.send_message(message)
    except smtplib.SMTPResponseException as error:
        raise NotifyError(f"the mail server answered {error.smtp_code}") from None
    except (OSError, ValueError, smtplib.SMTPException) as error:
        # ValueError: a password that is not ASCII, which smtplib cannot send.
        raise NotifyError(f"the mail could not be sent ({type(error).__name__})") from None
    return f"the mail server refused {len(refused)} of {len(channel.to)} receivers" if refused else ""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A token is for the address that was named, and for no other."""


def post(channel: Webhook, changes: Sequence[Change]) -> None:
    """Post one request; raises NotifyError also where the service answers 200 with an error's code."""
    url, payload = FORMATS[channel.format](channel, changes)
    request = Request(  # noqa: S310  # http or https, checked when the configuration was read
        url,
        data=json.dumps(payload, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "newscrawler"},
    )
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as response:
            body = response.read(10_000)
    except HTTPError as error:
        raise NotifyError(f"the webhook answered {error.code}") from None
    except (URLError, OSError, ValueError, HTTPException) as error:
        # HTTPException: what answers there speaks no HTTP, or hung up in the middle.
        raise NotifyError(f"the webhook could not be reached ({type(error).__name__})") from None
    if channel.format in ("feishu", "dingtalk", "wecom"):
        try:
            answer = json.loads(body)
            code = answer.get("errcode", answer.get("code", answer.get("StatusCode", 0)))
        except (ValueError, AttributeError):
            code = "no JSON"
        if code != 0:
            raise NotifyError(f"the webhook answered with code {code}")


Payload = tuple[str, dict[str, Any]]


def _plain(changes: Sequence[Change], most: int = OTHER_BYTES) -> str:
    text = f"{subject_of(changes)}\n\n{text_of(changes)}".encode()
    return text[:most].decode(errors="ignore") + ("…" if len(text) > most else "")


def _json(channel: Webhook, changes: Sequence[Change]) -> Payload:
    alarms = [{"change": change.change, **asdict(change.alarm)} for change in changes]
    return channel.url.get_secret_value(), {"subject": subject_of(changes), "alarms": alarms}


def _feishu(channel: Webhook, changes: Sequence[Change]) -> Payload:
    payload: dict[str, Any] = {"msg_type": "text", "content": {"text": _plain(changes)}}
    if secret := channel.secret.get_secret_value():
        # Feishu signs nothing with time and secret as the key.
        stamp = str(int(time.time()))
        payload |= {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}", "")}
    return channel.url.get_secret_value(), payload


def _dingtalk(channel: Webhook, changes: Sequence[Change]) -> Payload:
    url = channel.url.get_secret_value()
    if secret := channel.secret.get_secret_value():
        stamp = str(int(time.time() * 1000))
        sign = quote(_signature(secret, f"{stamp}\n{secret}"), safe="")
        url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"
    return url, {"msgtype": "text", "text": {"content": _plain(changes)}}


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _wecom(channel: Webhook, changes: Sequence[Change]) -> Payload:
    payload = {"msgtype": "text", "text": {"content": _plain(changes, WECOM_BYTES)}}
    return channel.url.get_secret_value(), payload


def _slack(channel: Webhook, changes: Sequence[Change]) -> Payload:
    text = _plain(changes).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return channel.url.get_secret_value(), {"text": text}


FORMATS: dict[str, Callable[[Webhook, Sequence[Change]], Payload]] = {
    "json": _json,
    "feishu": _feishu,
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "slack": _slack,
}
"""Format to what makes address and payload of a request."""
