"""A list of ten thousand rows: the process that imports it stays small and tells how far it is."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.local import sample
from deploy.local.credentials import Credentials
from deploy.local.ports import free_ports
from deploy.local.programs import Program
from deploy.local.services import PORTS, Addresses, programs
from services.catalog.exports import Printout, written
from services.catalog.handlers.item_table import COLUMNS
from tests.support.catalog import COUNTY
from tests.support.eventually import eventually
from tests.support.issuing import serve_issuer
from tests.support.processes import is_ready
from tests.support.stack import Server, Stack
from tests.support.tokens import AUDIENCE, ISSUER, Issuer

ROWS = 10_000
#: Bytes that the process may have in memory at its largest while it takes in so many rows.
MEMORY = 256 * 1024 * 1024


@pytest.fixture
async def catalog(stack: Stack, names: str, issuer: Issuer, tmp_path: Path) -> AsyncIterator[Server]:
    """The catalog alone as a process of its own, with the sample directory."""
    ports = dict(zip((*PORTS, "portal"), free_ports(len(PORTS) + 1), strict=True))
    addresses = Addresses(stack.mongodb_uri, stack.bootstrap_servers, ports)
    program = programs(addresses, Credentials())["catalog"]
    own = {
        "YICHUANG_NAMES_PREFIX": names,
        "YICHUANG_ISSUER": ISSUER,
        "YICHUANG_AUDIENCE": AUDIENCE,
        "YICHUANG_RATE_LIMIT": "0",
        "YICHUANG_TOPIC_PARTITIONS": "1",
    }
    url = addresses.url("catalog")
    program = Program(program.command, {**program.environment, **own})
    server = Server(url, program, lambda: is_ready(url), tmp_path / "large-import.log")
    async with serve_issuer(issuer, ports["portal"]):
        try:
            await server.start()
            yield server
        finally:
            await server.kill()


def table() -> bytes:
    """All columns of 附件1, ten thousand rows with words of their own."""
    words = {
        "实施主体": "区民政局",
        "事项类型": "公共服务",
        "事项类别": "社会保障类",
        "实施依据及条款": "《社会救助暂行办法》(国务院令第649号)第九条第{n}款\n《山东省条例》第{n}条",
        "服务对象": "公民、法人",
        "收费依据及标准": "《复函》(鲁价费函〔2016〕{n}号)，{n}元/例",
        "法定时限": "45个工作日",
        "承诺时限": "20个工作日",
        "服务类型": "依申请服务",
        "提供方式": "直接提供",
        "适用范围": "全区",
        "备注": "第{n}项",
    }
    rows = (
        [
            {"序号": str(n), "事项名称": f"公共服务事项第{n}号的办理"}.get(
                column.name, words.get(column.name, "").format(n=n)
            )
            for column in COLUMNS
        ]
        for n in range(1, ROWS + 1)
    )
    return written(Printout("公共服务事项目录", COLUMNS, rows), "xlsx")


def peak(server: Server) -> int:
    """The most bytes that the process ever had in memory."""
    assert server.process
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


async def test_ten_thousand_rows_go_in_with_progress_and_little_memory(
    catalog: Server, issuer: Issuer
) -> None:
    operator = issuer.header("operator", "operator", place="37")
    async with httpx.AsyncClient(base_url=catalog.address, timeout=60) as client:
        for entry in sample.directory():
            body = {name: entry[name] for name in ("kind", "parent_id", "record")}
            path = f"/api/catalog/places/{entry['entry_id']}"
            assert (await client.put(path, json=body, headers=operator)).status_code == 201
        before = peak(catalog)
        editor = issuer.header("editor", "editor", place=COUNTY, unit="u-370104-07")
        begun = await client.post(
            "/api/catalog/imports",
            files={"file": ("large.xlsx", table())},
            data={"place": COUNTY, "kind": "items"},
            headers={**editor, "Prefer": "respond-async"},
        )
        assert begun.status_code == 202, begun.text
        seen: list[int] = []

        async def over() -> dict[str, object] | None:
            path = "/api/catalog/imports"
            (job,) = (await client.get(path, params={"limit": 1}, headers=editor)).json()["imports"]
            seen.append(job["rows_done"])
            return job if job["state"] == "done" else None

        job = await eventually(over, within=300, every=0.3)
        assert job is not None
        assert (job["created"], job["problems_total"], job["rows_done"]) == (ROWS, 0, ROWS)
        assert seen == sorted(seen)
        assert len(set(seen)) > 5, "progress was seen"
        report = await client.get(begun.headers["location"], headers=editor)
        assert len(set(report.json()["items"])) == ROWS
    print(f"{before // 1024 // 1024} MB before, {peak(catalog) // 1024 // 1024} MB at the largest")
    assert peak(catalog) < MEMORY
