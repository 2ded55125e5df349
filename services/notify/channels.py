"""The ways out: whom to reach (asked of intake), the SMS gateway over HTTP, the mail server over SMTP.

Numbers and addresses live here for as long as one batch is under way; nothing of them is kept or logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Literal
from urllib.parse import quote

import aiosmtplib
import httpx

from services.notify.domain.delivery import Result
from services.runtime.logs import logger
from services.runtime.neighbours import TIMEOUT

#: Words of a gateway for what became of a message. A word that is not here says nothing sure.
_STATES: Mapping[str, Result] = {
    "accepted": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "refused": "refused",
    "rejected": "refused",
    "invalid": "refused",
    "bounced": "refused",
    "failed": "refused",
    "busy": "later",
}
#: What became of a message as far as the gateway says.
Receipt = Result | Literal["not_known"]
_SMTP_SECONDS = 10.0
#: Receipts that are asked for at the same time of a gateway that gives them one by one.
_ONE_BY_ONE = 20


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is reached now; never shown in a representation."""

    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    language: str = "zh"


class ContactsAway(Exception):
    """Intake did not answer: nothing was tried."""


class Contacts:
    """Asks intake, many at once, at the moment of sending (events.md §1.4)."""

    def __init__(self, client: httpx.AsyncClient, intake_url: str, auth: httpx.Auth) -> None:
        self._client, self._auth = client, auth
        self._url = intake_url.rstrip("/") + "/api/intake/contacts"

    async def of(self, refs: Iterable[str]) -> dict[str, Contact]:
        """The contacts of those whom intake knows."""
        try:
            answer = await self._client.post(
                self._url, json={"refs": sorted(refs)}, auth=self._auth, timeout=TIMEOUT
            )
            answer.raise_for_status()
            found: dict[str, dict[str, Any]] = answer.json()["contacts"]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise ContactsAway(type(error).__name__) from error
        return {
            ref: Contact(
                phone=known.get("phone") or None,
                email=known.get("email") or None,
                language=known.get("language") or "zh",
            )
            for ref, known in found.items()
        }


@dataclass(frozen=True, slots=True)
class Sms:
    """One text on its way."""

    message_id: str
    to: str = field(repr=False)
    text: str = field(repr=False)


class SmsGateway:
    """An HTTP gateway: texts in batches, receipts by message id, together where the gateway can."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client, self._url = client, url.rstrip("/")
        #: Some gateways know receipts one by one only; the first answer tells.
        self._together = True

    async def send(self, messages: Sequence[Sms]) -> dict[str, Result]:
        """What became of each message, by id. Doubt is ``unknown``: the gateway may have sent it."""
        body = {"messages": [{"message_id": m.message_id, "to": m.to, "text": m.text} for m in messages]}
        try:
            answer = await self._client.post(f"{self._url}/sms/batch", json=body, timeout=TIMEOUT)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            logger().warning("sms_gateway_away", error=type(error).__name__, messages=len(messages))
            return dict.fromkeys((m.message_id for m in messages), "later")
        except httpx.HTTPError as error:
            logger().warning("sms_outcome_unknown", error=type(error).__name__, messages=len(messages))
            return dict.fromkeys((m.message_id for m in messages), "unknown")
        if answer.is_success:
            return _results(messages, answer)
        if answer.status_code in (429, 503):
            return dict.fromkeys((m.message_id for m in messages), "later")
        if answer.is_client_error and len(messages) > 1:
            # One message that the gateway cannot take must not stand in the way of the others.
            return {id: r for m in messages for id, r in (await self.send([m])).items()}
        logger().warning("sms_gateway_refused", status=answer.status_code, messages=len(messages))
        result: Result = "refused" if answer.is_client_error else "unknown"
        return dict.fromkeys((m.message_id for m in messages), result)

    async def receipts(self, message_ids: Sequence[str]) -> dict[str, Receipt]:
        """What is known of each message: ``not_known`` if never taken, ``silent`` without an answer."""
        if self._together and message_ids:
            try:
                answer = await self._client.post(
                    f"{self._url}/sms/receipts", json={"message_ids": list(message_ids)}, timeout=TIMEOUT
                )
                self._together = answer.status_code not in (404, 405, 501)
                if self._together:
                    answer.raise_for_status()
                    return {id: _receipt(state) for id, state in _states(message_ids, answer).items()}
            except (httpx.HTTPError, ValueError, KeyError, TypeError):
                return dict.fromkeys(message_ids, "silent")
        gate = asyncio.Semaphore(_ONE_BY_ONE)

        async def ask(message_id: str) -> Receipt:
            async with gate:
                return await self._receipt(message_id)

        answers = await asyncio.gather(*map(ask, message_ids))
        return dict(zip(message_ids, answers, strict=True))

    async def _receipt(self, message_id: str) -> Receipt:
        try:
            answer = await self._client.get(f"{self._url}/sms/{quote(message_id, safe='')}", timeout=TIMEOUT)
            if answer.status_code == 404:
                return "not_known"
            answer.raise_for_status()
            return _receipt(str(answer.json()["state"]))
        except (httpx.HTTPError, ValueError, KeyError):
            return "silent"


def _receipt(state: str | None) -> Receipt:
    if state is None:
        return "not_known"
    result = _STATES.get(state, "silent")
    # A gateway that was busy did not keep the message: it may be sent.
    return "not_known" if result == "later" else result


def _states(message_ids: Sequence[str], answer: httpx.Response) -> dict[str, str | None]:
    body = answer.json()
    listed = body["results"] if "results" in body else body["messages"]  # gateways call it either
    states = {str(r["message_id"]): str(r["state"]) for r in listed}
    return {id: states.get(id) for id in message_ids}


def _results(messages: Sequence[Sms], answer: httpx.Response) -> dict[str, Result]:
    ids = [message.message_id for message in messages]
    try:
        states = _states(ids, answer)
    except (ValueError, KeyError, TypeError):
        states = {}
    return {id: _STATES.get(states.get(id) or "", "unknown") for id in ids}


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail on its way."""

    message_id: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


class MailServer:
    """An SMTP server; one connection for the messages of a batch."""

    def __init__(self, host: str, port: int, *, sender: str, security: str) -> None:
        self._host, self._port, self._sender, self._security = host, port, sender, security

    async def send(self, mails: Sequence[Mail]) -> dict[str, Result]:
        """What became of each mail, by id; ``unknown`` where the server went silent after the text."""
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=_SMTP_SECONDS,
            use_tls=self._security == "tls",
            start_tls=self._security == "starttls",
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            logger().warning("mail_server_away", error=type(error).__name__, messages=len(mails))
            return dict.fromkeys((m.message_id for m in mails), "later")
        results: dict[str, Result] = {}
        try:
            for mail in mails:
                results[mail.message_id] = await self._send_one(client, mail)
        finally:
            try:
                await client.quit()
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                client.close()
        return results

    async def _send_one(self, client: aiosmtplib.SMTP, mail: Mail) -> Result:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, mail.to, mail.subject
        message["Message-ID"] = f"<{mail.message_id.replace(':', '.')}@{self._sender.partition('@')[2]}>"
        message.set_content(mail.text)
        if not client.is_connected:
            return "later"
        try:
            await client.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            return "refused" if all(code >= 500 for code in codes) else "later"
        except aiosmtplib.SMTPResponseException as error:
            return "refused" if error.code >= 500 else "later"
        except (
            aiosmtplib.SMTPServerDisconnected,
            aiosmtplib.SMTPTimeoutError,
            OSError,
            TimeoutError,
        ):
            return "unknown"
        except (aiosmtplib.SMTPException, ValueError):
            return "refused"
        return "sent"
