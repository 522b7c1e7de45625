"""Sending a message through a channel: mail, a webhook that takes JSON, or any service that Apprise knows.

No error shows an address, a password or a token.
"""

from __future__ import annotations

import json
import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from newscrawler.monitoring.config import Chat, Mail, Webhook
from newscrawler.monitoring.message import Message
from newscrawler.text.installation import install_line

TIMEOUT = 20.0
"""Seconds to wait for a mail server or a webhook."""


class ChannelError(Exception):
    """A channel that could not be reached, or that refused the message."""


def send(channel: Mail | Webhook | Chat, message: Message) -> str:
    """Send one message; return a warning when only some receivers got it, else ''. Raises ChannelError."""
    if isinstance(channel, Mail):
        return send_mail(channel, message)
    if isinstance(channel, Webhook):
        post_json(channel, message)
    else:
        send_chat(channel, message)
    return ""


def send_mail(channel: Mail, message: Message) -> str:
    """Send one mail; return a warning when some receivers were refused and others got it.

    Raises ChannelError when nobody got it.
    """
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.to)
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain="newscrawler.invalid")
    mail.set_content(message.text)
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
            refused = server.send_message(mail)
    except smtplib.SMTPResponseException as error:
        raise ChannelError(f"the mail server answered {error.smtp_code}") from None
    except (OSError, ValueError, smtplib.SMTPException) as error:
        # ValueError: a password that is not ASCII, which smtplib cannot send.
        raise ChannelError(f"the mail could not be sent ({type(error).__name__})") from None
    return f"the mail server refused {len(refused)} of {len(channel.to)} receivers" if refused else ""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Do not follow: a token is for the address in the configuration, and for no other."""


def post_json(channel: Webhook, message: Message) -> None:
    """Post the subject, and the alarms and articles as the archive has them, as JSON. Raises ChannelError."""
    payload = {"subject": message.subject, "alarms": message.alarms}
    if message.articles:
        payload["articles"] = message.articles
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


def send_chat(channel: Chat, message: Message) -> None:
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
        is_sent = service.notify(title=message.subject, body=message.text, body_format=apprise.NotifyFormat.TEXT)
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
