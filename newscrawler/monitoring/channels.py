"""Sending a message through a channel: mail, a webhook that takes JSON, or any service that Apprise knows.

No error shows an address, a password or a token.
"""

from __future__ import annotations

import json
import logging
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from newscrawler.monitoring.alarms import Change
from newscrawler.monitoring.config import Chat, Mail, Webhook
from newscrawler.monitoring.message import subject_of, text_of
from newscrawler.text.installation import install_line
from newscrawler.text.languages import Language

TIMEOUT = 20.0
"""Seconds to wait for a mail server or a webhook."""


class ChannelError(Exception):
    """A channel that could not be reached, or that refused the message."""


def send(channel: Mail | Webhook | Chat, changes: Sequence[Change], language: Language) -> str:
    """Send one message; return a warning when only some receivers got it, else ''. Raises ChannelError."""
    if isinstance(channel, Mail):
        return send_mail(channel, changes, language)
    if isinstance(channel, Webhook):
        post_json(channel, changes, language)
    else:
        send_chat(channel, changes, language)
    return ""


def send_mail(channel: Mail, changes: Sequence[Change], language: Language) -> str:
    """Send one mail; return a warning when some receivers were refused and others got it.

    Raises ChannelError when nobody got it.
    """
    message = EmailMessage()
    message["Subject"] = subject_of(changes, language)
    message["From"] = channel.sender
    message["To"] = ", ".join(channel.to)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="newscrawler.invalid")
    message.set_content(text_of(changes, language))
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
        raise ChannelError(f"the mail server answered {error.smtp_code}") from None
    except (OSError, ValueError, smtplib.SMTPException) as error:
        # ValueError: a password that is not ASCII, which smtplib cannot send.
        raise ChannelError(f"the mail could not be sent ({type(error).__name__})") from None
    return f"the mail server refused {len(refused)} of {len(channel.to)} receivers" if refused else ""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Do not follow: a token is for the address in the configuration, and for no other."""


def post_json(channel: Webhook, changes: Sequence[Change], language: Language) -> None:
    """Post a subject in the language, and the alarms as the archive has them, as JSON. Raises ChannelError."""
    alarms = [{"change": change.change, **asdict(change.alarm)} for change in changes]
    payload = {"subject": subject_of(changes, language), "alarms": alarms}
    request = Request(  # noqa: S310  # http or https, checked when the configuration was read
        channel.url.get_secret_value(),
        data=json.dumps(payload, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "newscrawler"},
    )
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
            pass
    except HTTPError as error:
        raise ChannelError(f"the webhook answered {error.code}") from None
    except (URLError, OSError, ValueError, HTTPException) as error:
        # HTTPException: the server does not speak HTTP, or closed the connection in the middle.
        raise ChannelError(f"the webhook could not be reached ({type(error).__name__})") from None


def send_chat(channel: Chat, changes: Sequence[Change], language: Language) -> None:
    """Send one message to a service that Apprise knows, cut to the length that the service takes.

    Raises ChannelError.
    """
    try:
        import apprise
    except ImportError:
        raise ChannelError(f"needs Apprise; run: {install_line('notify')}") from None
    # Redirects are not followed, so that a token reaches no other address.
    service = apprise.Apprise(asset=apprise.AppriseAsset(app_id="newscrawler", http_redirects=False))
    with _quiet_log():
        if not service.add(channel.url.get_secret_value()):
            raise ChannelError("its url is not one that Apprise understands; see https://appriseit.com/services/")
        # One message per alarm state is enough: a long text is cut, not sent in parts.
        is_sent = service.notify(
            title=subject_of(changes, language), body=text_of(changes, language), body_format=apprise.NotifyFormat.TEXT
        )
    if not is_sent:
        raise ChannelError(f"{service[0].service_name} did not take the message")


@contextmanager
def _quiet_log() -> Iterator[None]:
    """Silence the logs of Apprise and of what it sends with: they show addresses with their tokens."""
    loggers = [logging.getLogger(name) for name in ("apprise", "urllib3", "requests")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
