"""The SMTP side: takes every e-mail and delivers none."""

import asyncio
import email
import email.policy
import uuid
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.gateways.mailbox import Mailbox, Message

LONGEST_HANG = 120.0
LARGEST_MAIL = 10 * 2**20


class Sink:
    """Handler of aiosmtpd that keeps mails in the mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer as the ordered fault says, else keep the mail; a repeated Message-ID is kept once."""
        mode = self._mailbox.faults["email"].take()
        if mode == "error":
            return "451 4.3.0 fault ordered by /faults"
        if mode == "refuse":
            return "550 5.1.1 refused as ordered by /faults"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = email.message_from_bytes(content, policy=email.policy.default)
        body = mail.get_body(("plain", "html"))
        self._mailbox.put(
            "email",
            Message(
                message_id=str(mail["Message-ID"] or uuid.uuid4()).strip("<> "),
                to=", ".join(envelope.rcpt_tos),
                text=str(body.get_content()) if body else "",
                subject=str(mail["Subject"] or ""),
            ),
        )
        if mode == "timeout":
            await asyncio.sleep(LONGEST_HANG)
        return "250 2.0.0 kept"


async def serve(mailbox: Mailbox, host: str, port: int) -> asyncio.Server:
    """Listen for mail; the caller closes the server."""

    def protocol() -> Any:
        return SMTP(Sink(mailbox), enable_SMTPUTF8=True, data_size_limit=LARGEST_MAIL, hostname="localhost")

    return await asyncio.get_running_loop().create_server(protocol, host, port)
