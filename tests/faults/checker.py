"""Compares the client's ledger with databases, topics and the gateway: nothing lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx

from tests.faults.ledger import Ledger
from tests.support.aftermath import Aftermath, Document
from tests.support.eventually import eventually

#: What the applicant of a decided case is told, one notice each.
TOLD = ("case-accepted", "case-decided", "rating-invited")
#: A consumer that was killed is given up by its group after ten seconds, and what it held after its lease.
RECOVERED_WITHIN = 90.0


async def everything_once(ledger: Ledger, aftermath: Aftermath, away: str = "") -> None:
    """After a fault: all work is done in the end, once, in order, and every history holds.

    A service that is still away has its own work left, and no other's.
    """
    await eventually(lambda: aftermath.settled(away), within=RECOVERED_WITHIN, every=0.2)
    acknowledged = set(ledger.submitted.values())
    assert len(acknowledged) == len(ledger.submitted), "two submissions got the same case number"
    assert ledger.decided == acknowledged, "the load did not end"
    await _cases_are(acknowledged, aftermath)
    await _notices_are(acknowledged, aftermath)
    assert await aftermath.faults_in_histories() == []
    assert await aftermath.faults_in_sequences() == []


async def _cases_are(acknowledged: set[str], aftermath: Aftermath) -> None:
    cases = await aftermath.find("intake", "cases", "state")
    assert {case["_id"] for case in cases} == acknowledged, "lost, or doubled, or never acknowledged"
    assert {case["state"] for case in cases} == {"decided"}, "intake did not hear of every decision"
    dossiers = await aftermath.find("approval", "dossiers", "history.data.events")
    assert {dossier["_id"] for dossier in dossiers} == acknowledged
    assert Counter(_acts(dossiers, "case-decided")) == Counter(acknowledged), "one decision a case"
    facts = await aftermath.find("evaluation", "case_facts", "intake.accepted_at", "approval.decided_at")
    assert {fact["_id"] for fact in facts} == acknowledged
    incomplete = [f["_id"] for f in facts if not (f.get("intake") and f.get("approval"))]
    assert incomplete == [], "evaluation knows one side only"
    invitations = await aftermath.find("evaluation", "invitations", "case_no")
    assert Counter(i["case_no"] for i in invitations) == Counter(acknowledged), "one invitation a case"


def _acts(documents: list[Document], event: str) -> list[str]:
    return [
        document["_id"]
        for document in documents
        for entry in document["history"]
        for published in entry["data"].get("events", ())
        if published.startswith(f"{event}:")
    ]


async def _notices_are(acknowledged: set[str], aftermath: Aftermath) -> None:
    ways_of = ("deliveries.recipient_ref", "deliveries.channel")
    notices = await aftermath.find("notify", "notices", "case_no", "event_type", *ways_of)
    found = Counter((notice["case_no"], notice["event_type"]) for notice in notices)
    assert found == Counter((case_no, event) for case_no in acknowledged for event in TOLD)
    for notice in notices:
        ways = [(d["recipient_ref"], d["channel"]) for d in notice["deliveries"]]
        assert len(set(ways)) == len(ways), f"{notice['_id']}: one delivery a recipient and channel"


async def every_text_once(ledger: Ledger, aftermath: Aftermath) -> None:
    """Every text message of every notice is at the gateway, handed in once."""

    async def nothing_due() -> bool:
        due: int = await aftermath.collection("notify", "notices").count_documents(
            {"due_at": {"$type": "date"}}
        )
        return due == 0

    await eventually(nothing_due, within=RECOVERED_WITHIN, every=0.2)
    await eventually(aftermath.settled, within=RECOVERED_WITHIN, every=0.2)
    notices = await aftermath.find("notify", "notices", "deliveries.channel", "deliveries.state")
    texts = [d for n in notices for d in n["deliveries"] if d["channel"] == "sms"]
    assert {d["state"] for d in texts} <= {"sent", "delivered"}, Counter(d["state"] for d in texts)
    gateway = await _gateway(ledger)
    assert len(gateway["sms"]) == len(texts), "messages at the gateway against deliveries"
    assert gateway["handed_in"]["sms"] == len(texts), "a message was handed in again"


async def _gateway(ledger: Ledger) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get(f"{ledger.product.gateways.address}/messages", params={"limit": 20_000})
    found: dict[str, Any] = answer.json()
    return found
