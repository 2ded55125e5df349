"""The sample gateways answer as a provider does: a repeat is stored once, and faults come as ordered."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage

import httpx
import pytest

from deploy.local.gateways import smtp
from deploy.local.gateways.app import create_app
from deploy.local.gateways.mailbox import KEPT, Mailbox, Message
from deploy.local.ports import free_ports
from tests.support.eventually import eventually

TEXT = {"message_id": "n1-sms", "to": "13800005678", "text": "您的办件已办结。<b>370104</b>"}


@pytest.fixture
def mailbox() -> Mailbox:
    """An empty one."""
    return Mailbox()


@pytest.fixture
async def client(mailbox: Mailbox) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the gateway's HTTP side."""
    transport = httpx.ASGITransport(create_app(mailbox))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def test_a_repeated_text_is_answered_the_same_and_stored_once(client: httpx.AsyncClient) -> None:
    first = await client.post("/sms/batch", json={"messages": [TEXT]})
    again = await client.post("/sms/batch", json={"messages": [TEXT]})
    assert first.json()["messages"] == [{"message_id": "n1-sms", "state": "accepted", "reason": None}]
    assert again.json() == first.json()
    shown = (await client.get("/messages")).json()
    assert [message["message_id"] for message in shown["sms"]] == ["n1-sms"]
    assert shown["handed_in"]["sms"] == 2
    assert (await client.get("/sms/n1-sms")).json()["state"] == "delivered"
    assert (await client.get("/sms/n2-sms")).status_code == 404
    together = await client.post("/sms/receipts", json={"message_ids": ["n1-sms", "n2-sms"]})
    assert [m["message_id"] for m in together.json()["messages"]] == ["n1-sms"]


async def test_the_page_shows_the_text_and_runs_nothing_in_it(client: httpx.AsyncClient) -> None:
    await client.post("/sms/batch", json={"messages": [TEXT]})
    html = (await client.get("/")).text
    assert "您的办件已办结。&lt;b&gt;370104&lt;/b&gt;" in html


async def test_faults_come_as_often_as_ordered(client: httpx.AsyncClient) -> None:
    await client.post("/faults", json={"mode": "error", "count": 1})
    assert (await client.post("/sms/batch", json={"messages": [TEXT]})).status_code == 503
    assert (await client.get("/messages")).json()["sms"] == []
    await client.post("/faults", json={"mode": "refuse", "count": 1})
    refused = await client.post("/sms/batch", json={"messages": [TEXT]})
    assert refused.json()["messages"][0]["state"] == "rejected"
    accepted = await client.post("/sms/batch", json={"messages": [TEXT]})
    assert accepted.json()["messages"][0]["state"] == "accepted"


async def test_a_timeout_means_taken_and_never_answered(client: httpx.AsyncClient, mailbox: Mailbox) -> None:
    await client.post("/faults", json={"mode": "timeout", "count": 1})
    sending = asyncio.create_task(client.post("/sms/batch", json={"messages": [TEXT]}))
    await eventually(lambda: mailbox.find("sms", "n1-sms"))
    assert not sending.done()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


@pytest.mark.parametrize(
    "wrong", [{"messages": []}, {"messages": [TEXT], "more": 1}, {"messages": [{**TEXT, "to": "张三"}]}]
)
async def test_a_malformed_batch_is_refused(client: httpx.AsyncClient, wrong: dict[str, object]) -> None:
    assert (await client.post("/sms/batch", json=wrong)).status_code == 422


async def test_memory_is_bounded(mailbox: Mailbox) -> None:
    for number in range(KEPT + 5):
        mailbox.put("sms", Message(str(number), "13800005678", "text"))
    assert mailbox.count("sms") == KEPT
    assert mailbox.find("sms", "0") is None


async def test_mail_is_kept_once_and_refused_when_ordered(
    client: httpx.AsyncClient, mailbox: Mailbox
) -> None:
    port = free_ports(1)[0]
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "办结通知", "hall@example.cn", "zhang@example.cn"
    mail["Message-ID"] = "<n1-email@yichuang>"
    mail.set_content("您的办件已办结。")

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            server.send_message(mail)

    async with await smtp.serve(mailbox, "127.0.0.1", port):
        await asyncio.to_thread(send)
        await asyncio.to_thread(send)
        kept = mailbox.newest("email")
        assert [(m.message_id, m.subject, m.to) for m in kept] == [
            ("n1-email@yichuang", "办结通知", "zhang@example.cn")
        ]
        assert kept[0].text.strip() == "您的办件已办结。"
        await client.post("/faults", json={"mode": "refuse", "count": 1, "channel": "email"})
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await asyncio.to_thread(send)
        assert refused.value.smtp_code == 550
