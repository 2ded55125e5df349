"""People's data: sealed where it is kept, nowhere in clear, opened only for who may and with a trace (P6)."""

from __future__ import annotations

import asyncio
import base64
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import bson
import httpx
import pytest

from services.runtime import logs
from services.runtime.references import person_ref
from tests.support import intake as sample
from tests.support.eventually import eventually
from tests.support.intake import case_events, citizen, clerk, official, submit, submit_online
from tests.support.services import KEY, Bus, Running
from tests.support.stack import Stack
from tests.support.tokens import Issuer

#: Values that occur nowhere else; each must be found nowhere in clear.
CANARY_NAME, CANARY_PHONE = "金丝雀飞", "13987650412"
CANARY_NUMBER = sample.citizen_number(417, born="19770413", area="370105")
CANARY_MAIL, CANARY_WORDS = "canary.feather@example.cn", "金丝雀不想办了"
CANARY_FILE = b"%PDF-1.7 canary-content-of-a-file\n%%EOF"
CANARIES = [
    CANARY_NAME,
    CANARY_PHONE,
    CANARY_NUMBER,
    CANARY_MAIL,
    CANARY_WORDS,
    "canary-content-of-a-file",
]


def canary(**given: Any) -> dict[str, Any]:
    return {
        "name": CANARY_NAME,
        "id_type": "citizen",
        "id_number": CANARY_NUMBER,
        "phone": f"+86 {CANARY_PHONE}",
        "email": CANARY_MAIL,
        **given,
    }


CANARY_REF = person_ref(base64.b64decode(KEY), "citizen", CANARY_NUMBER)


@pytest.fixture
async def intake(stack: Stack, names: str, bus: Bus, issuer: Issuer) -> AsyncIterator[Running]:
    async with sample.at_work(stack, names, bus, issuer) as service:
        yield service


async def upload(
    service: Running, content: bytes, header: dict[str, str] | None = None, key: str | None = None
) -> httpx.Response:
    headers = dict(header or citizen(service))
    if key:
        headers["Idempotency-Key"] = key
    return await service.client.post(
        "/api/intake/files",
        files={"file": ("../../etc/passwd.html", content, "text/html")},
        headers=headers,
    )


async def dump(service: Running) -> bytes:
    """Every document and file of the database, as bytes."""
    database = service.service.database
    found = b""
    for name in await database.client[database.name].list_collection_names():
        async for document in database[name].find({}):
            found += bson.encode(document)
    return found


async def files_of(intake: Running) -> bytes:
    """Every byte that the database has on disk, its journal included; none where the disk is not here."""
    admin = intake.service.database.client.admin
    await admin.command("fsync")
    options = await admin.command("getCmdLineOpts")
    return await asyncio.to_thread(_all_files, Path(options["parsed"]["storage"]["dbPath"]))


def _all_files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_no_personal_value_is_anywhere_in_clear(
    intake: Running, bus: Bus, capsys: pytest.CaptureFixture[str], logs_as_before: None
) -> None:
    logs.configure("intake", "debug")
    file_id = (await upload(intake, CANARY_FILE)).json()["file_id"]
    materials = [{"name": sample.APPLICATION_FORM, "file_id": file_id}, *sample.on_the_web()[1:]]
    materials[1] = {"name": sample.ID_CARD, "licence_no": CANARY_NUMBER}
    for given in (
        {"applicant": canary()},
        {"applicant": canary(), "parties": [{"role": "concerned", **canary()}]},
        {"applicant": canary(name=f"{CANARY_NAME}\u200b")},
        {"applicant": canary(), "note": CANARY_PHONE},
        {"applicant": {**canary(), "id_type": CANARY_NUMBER}},
    ):
        answer = await submit_online(intake, materials=materials, **given)
        if answer.status_code != 201:
            assert not any(value in answer.text for value in CANARIES)
    case_no = (await submit_online(intake, applicant=canary(), materials=materials)).json()["case_no"]
    path = f"/api/intake/cases/{case_no}"
    await intake.client.post(f"{path}/withdrawal", json={"reason": CANARY_WORDS}, headers=citizen(intake))
    await intake.client.get(f"{path}/applicant", params={"reason": "核对身份"}, headers=clerk(intake))
    await intake.client.get(
        "/api/intake/progress", params={"case_no": case_no, "id_tail": CANARY_NUMBER[-4:]}
    )
    service = intake.issuer.header("notify", "service")
    await intake.client.post("/api/intake/contacts", json={"refs": [CANARY_REF]}, headers=service)
    stranger = intake.issuer.header("r", "regulator", place="99")
    await intake.client.get(path, headers=stranger)
    shown = (await intake.client.get(path, headers=clerk(intake))).text
    page = (await intake.client.get(f"{path}/receipt", headers=clerk(intake))).text

    events = str(await case_events(bus, 4))
    log = capsys.readouterr()
    stored = await dump(intake)
    assert "audit_unmasked" in log.out and case_no.encode() in stored and case_no in events
    places = {
        "database": stored,
        "database files": await files_of(intake),
        "events": events.encode(),
        "logs": (log.out + log.err).encode(),
        "answers": (shown + page).encode(),
    }
    hits = [(where, v) for where, found in places.items() for v in CANARIES if v.encode() in found]
    assert hits == []


async def test_notify_is_told_where_people_are_reached_and_nobody_else(intake: Running) -> None:
    await submit(intake, applicant=canary())
    header = intake.issuer.header("notify", "service")
    body = {"refs": [CANARY_REF, "a1.ffffffffffffffff"]}
    answer = await intake.client.post("/api/intake/contacts", json=body, headers=header)
    assert answer.json() == {
        "contacts": {CANARY_REF: {"phone": CANARY_PHONE, "email": CANARY_MAIL, "language": "zh-CN"}}
    }
    for other in (clerk(intake), citizen(intake, CANARY_REF), official(intake, "operator")):
        refused = await intake.client.post("/api/intake/contacts", json=body, headers=other)
        assert refused.status_code == 403


async def test_a_stranger_cannot_have_anothers_notices_sent_to_an_own_number(intake: Running) -> None:
    async def phone() -> str:
        header = intake.issuer.header("notify", "service")
        answer = await intake.client.post("/api/intake/contacts", json={"refs": [CANARY_REF]}, headers=header)
        return str(answer.json()["contacts"][CANARY_REF]["phone"])

    await submit(intake, applicant=canary())
    await submit_online(intake, citizen(intake), applicant=canary(phone="13700000001"))
    assert await phone() == CANARY_PHONE
    await submit_online(intake, citizen(intake, CANARY_REF), applicant=canary(phone="13700000002"))
    assert await phone() == "13700000002"
    await submit(intake, applicant=canary(phone="13700000003"))
    assert await phone() == "13700000003"
    assert await intake.service.database["persons"].count_documents({}) == 1


async def test_unmasking_needs_a_reason_and_stays_in_the_history(intake: Running) -> None:
    case_no = (await submit(intake, applicant=canary())).json()["case_no"]
    path = f"/api/intake/cases/{case_no}/applicant"

    async def ask(header: dict[str, str], **query: str) -> httpx.Response:
        return await intake.client.get(path, params=query, headers=header)

    assert (await ask(clerk(intake))).status_code == 422
    assert (await ask(clerk(intake), reason="     ")).status_code == 422
    assert (await ask(official(intake, "supervisor"), reason="核对身份")).status_code == 403
    assert (await ask(citizen(intake), reason="核对身份")).status_code == 404
    assert (await ask(clerk(intake, place="370105"), reason="核对身份")).status_code == 404
    body = (await ask(clerk(intake), reason="核对身份信息")).json()
    assert (body["name"], body["id_number"], body["phone"]) == (CANARY_NAME, CANARY_NUMBER, CANARY_PHONE)
    found = await intake.service.database["cases"].find_one({"_id": case_no})
    last = found["history"][-1]
    assert (last["type"], last["actor"]["officer_id"]) == ("applicant-unmasked", "o-370104101-0003")
    assert last["data"]["reason"] == "核对身份信息"


async def test_a_destroyed_key_makes_the_person_unreadable(intake: Running) -> None:
    case_no = (await submit(intake, applicant=canary())).json()["case_no"]
    persons = intake.service.database["persons"]
    await persons.update_one({"_id": CANARY_REF}, {"$set": {"data_key.box": b"\x00" * 60}})
    header, query = clerk(intake), {"reason": "核对身份"}
    answer = await intake.client.get(f"/api/intake/cases/{case_no}/applicant", params=query, headers=header)
    assert (answer.status_code, answer.json()["code"]) == (409, "person-erased")
    notify = intake.issuer.header("notify", "service")
    body = {"refs": [CANARY_REF]}
    told = await intake.client.post("/api/intake/contacts", json=body, headers=notify)
    assert told.json() == {"contacts": {}}
    shown = (await intake.client.get(f"/api/intake/cases/{case_no}", headers=header)).json()
    assert shown["applicant"]["name_masked"] == "金*"


def packed(*members: str, size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member in members:
            archive.writestr(member, b"0" * size)
    return out.getvalue()


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def test_files_are_known_by_their_content(intake: Running) -> None:
    taken = {
        "pdf": CANARY_FILE,
        "png": PNG,
        "docx": packed("[Content_Types].xml", "word/document.xml"),
        "ofd": packed("OFD.xml", "Doc_0/Document.xml"),
    }
    for extension, content in taken.items():
        answer = await upload(intake, content)
        assert answer.status_code == 201, extension
        file_id = answer.json()["file_id"]
        found = await intake.client.get(f"/api/intake/files/{file_id}", headers=citizen(intake))
        assert found.content == content
        assert found.headers["content-disposition"] == f'attachment; filename="{file_id}.{extension}"'
    refused = {
        415: [
            b"MZ\x90\x00 an executable",
            b"<html><script>alert(1)</script>",
            packed("evil.exe"),
            packed("word/document.xml", "word/vbaProject.bin"),
        ],
        413: [packed("xl/workbook.xml", "xl/bomb.xml", size=51 * 1024 * 1024), b"%PDF-" + b"0" * 10_485_760],
        422: [b""],
    }
    for status, contents in refused.items():
        for content in contents:
            assert (await upload(intake, content)).status_code == status
    assert await intake.service.database["uploads.files"].count_documents({}) == len(taken)


async def test_the_same_content_is_stored_once_and_a_key_is_for_one_content(intake: Running) -> None:
    first = await upload(intake, CANARY_FILE, key="f-1")
    assert (await upload(intake, CANARY_FILE)).json() == first.json()
    assert (await upload(intake, CANARY_FILE, key="f-1")).json() == first.json()
    other = await upload(intake, PNG, key="f-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_who_may_open_a_file(intake: Running) -> None:
    file_id = (await upload(intake, CANARY_FILE)).json()["file_id"]
    path = f"/api/intake/files/{file_id}"
    assert (await intake.client.get(path, headers=clerk(intake))).status_code == 404
    materials = [{"name": sample.APPLICATION_FORM, "file_id": file_id}, *sample.on_the_web()[1:]]
    other = citizen(intake, sub="somebody-else")
    assert (await submit_online(intake, other, materials=materials)).status_code == 422
    await submit_online(intake, materials=materials, applicant=canary())
    for header, status in (
        (clerk(intake), 200),
        (official(intake, "reviewer"), 200),
        (citizen(intake, CANARY_REF, "the-applicant"), 200),
        (other, 404),
        (clerk(intake, place="370105"), 404),
    ):
        assert (await intake.client.get(path, headers=header)).status_code == status
    assert (await intake.client.get("/api/intake/files/..%2f..%2fetc", headers=other)).status_code == 404


async def test_two_applications_of_a_new_person_at_once_share_one_file(intake: Running) -> None:
    answers = await asyncio.gather(*(submit(intake, applicant=canary()) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert await intake.service.database["persons"].count_documents({}) == 1

    async def settled() -> bool:
        waiting = {"outbox.0": {"$exists": True}}
        return not await intake.service.database["cases"].count_documents(waiting)

    await eventually(settled)
