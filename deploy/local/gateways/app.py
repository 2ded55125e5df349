"""The HTTP side: a text-message provider's API, the list of what came in, and the switch for faults."""

import asyncio
from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from deploy.local.gateways.mailbox import Channel, Fault, Mailbox, Message, Mode
from deploy.local.gateways.page import page

LONGEST_HANG = 120.0
"""Seconds that a call hangs in mode `timeout`, longer than any client should wait."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OutgoingText(_Strict):
    """One text message; `message_id` is the sender's, so that a repeat is recognised."""

    message_id: str = Field(min_length=1, max_length=128)
    to: str = Field(pattern=r"^\+?[0-9]{5,15}$")
    text: str = Field(min_length=1, max_length=2000)


class Batch(_Strict):
    """What a sender hands in at once."""

    messages: list[OutgoingText] = Field(min_length=1, max_length=1000)


class Asked(_Strict):
    """Messages whose receipts are asked for together."""

    message_ids: list[str] = Field(min_length=1, max_length=1000)


class Outcome(BaseModel):
    """What became of one message."""

    message_id: str
    state: Literal["accepted", "rejected", "delivered"]
    reason: str | None = None


class Outcomes(BaseModel):
    """One outcome for each message of a batch, in its order; of receipts only those of messages known."""

    messages: list[Outcome]


class FaultOrder(_Strict):
    """How the next `count` calls fail: taken but never answered, HTTP 503, or every message rejected."""

    mode: Mode
    count: int = Field(1, ge=0, le=1_000_000)
    channel: Channel = "sms"


def create_app(mailbox: Mailbox) -> FastAPI:
    """The application over one mailbox."""
    app = FastAPI(title="一窗 · 样例短信与邮件网关 sample gateways")

    @app.post("/sms/batch")
    async def send(batch: Batch) -> Outcomes:
        mode = mailbox.faults["sms"].take()
        if mode == "error":
            raise HTTPException(503, "provider fault ordered by /faults", headers={"Retry-After": "1"})
        if mode == "refuse":
            refused = [
                Outcome(message_id=m.message_id, state="rejected", reason="refused") for m in batch.messages
            ]
            return Outcomes(messages=refused)
        for text in batch.messages:
            mailbox.put("sms", Message(text.message_id, text.to, text.text))
        if mode == "timeout":  # the worst case for a sender: taken, and the answer never comes
            await asyncio.sleep(LONGEST_HANG)
        return Outcomes(messages=[Outcome(message_id=m.message_id, state="accepted") for m in batch.messages])

    @app.post("/sms/receipts")
    async def receipts(asked: Asked) -> Outcomes:
        known = [id for id in asked.message_ids if mailbox.find("sms", id) is not None]
        return Outcomes(messages=[Outcome(message_id=id, state="delivered") for id in known])

    @app.get("/sms/{message_id}")
    async def receipt(message_id: str) -> Outcome:
        if mailbox.find("sms", message_id) is None:
            raise HTTPException(404, "no such message")
        return Outcome(message_id=message_id, state="delivered")

    @app.get("/messages")
    async def messages(limit: Annotated[int, Query(ge=1, le=20_000)] = 1000) -> dict[str, object]:
        return {
            "handed_in": mailbox.handed_in,
            "sms": mailbox.newest("sms", limit),
            "email": mailbox.newest("email", limit),
        }

    @app.post("/faults")
    async def faults(order: FaultOrder) -> dict[Channel, Fault]:
        mailbox.faults[order.channel] = Fault(order.mode, order.count)
        return mailbox.faults

    @app.get("/", response_class=HTMLResponse)
    async def show() -> str:
        return page(mailbox)

    @app.get("/healthz")
    @app.get("/readyz")
    async def alive() -> dict[str, str]:
        return {"status": "ok"}

    return app
