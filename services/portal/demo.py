"""The accounts of the local run: one of each role in two counties, the city, and the province's system.

Design §8 names them. Besides, the city has its own editor, approver, clerk and reviewer (``-city``): the
guide of seed 000 附件5 is an item of the city, and who edits an item may not sign it off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.portal.domain import Account
from services.portal.passwords import Passwords
from services.portal.store import Store
from services.runtime.references import person_ref

#: Sample citizen numbers with right check digits (GB 11643); the portal keeps only their references.
CITIZENS = {"citizen": "370104199003078723", "citizen-b": "370105198511235619"}

#: Sample intermediaries of the county with right credit codes (GB 32100); the unit is the agency's id.
AGENCIES = {
    "agency": ("91370104MA3C4N5P6W", "钱进(示例)"),
    "agency-b": ("91370104MA3D7Q8R2U", "何静(示例)"),
    "agency-c": ("91370104MA3E1T2U4L", "许诺(示例)"),
}

#: A sample enterprise of the county with a right credit code; its person signs in for it.
ENTERPRISE = ("91370104MA3F2H6K7M", "济南示例食品有限公司", "刘洋(示例)")

#: Who signs and approves (会签、批准; seed 001 三(一)2) where the sample sets such a rule: the county's 编办,
#: 司法 and 政务服务, then the town's government. All are item approvers, each of its unit and place.
SIGNERS = {
    "signer-staffing": ("370104", "u-370104-02", "高洁(示例)"),
    "signer-justice": ("370104", "u-370104-05", "方正(示例)"),
    "signer-services": ("370104", "u-370104-07", "沈萍(示例)"),
    "signer-town": ("370104102", "u-370104102-01", "韩栋(示例)"),
}

ROLE_NAMES = {
    "citizen": ("申请人", "Applicant"),
    "clerk": ("窗口人员", "Window clerk"),
    "agent": ("帮办代办员", "Assisting agent"),
    "reviewer": ("审批人员", "Reviewer"),
    "chief": ("首席代表", "Chief representative"),
    "editor": ("事项编辑", "Item editor"),
    "catalog-approver": ("事项审核", "Item approver"),
    "supervisor": ("监督人员", "Supervisor"),
    "regulator": ("监管部门", "Regulator"),
    "agency": ("中介机构", "Intermediary agency"),
    "operator": ("系统运维", "Operator"),
    "subscriber": ("省级平台", "Provincial platform"),
}


@dataclass(frozen=True, slots=True)
class _Post:
    """A role with the desk that its holder sits at; ``{place}`` is filled in."""

    role: str
    name: str
    unit: str | None = None
    hall: str | None = None
    window: str | None = None


_COUNTY = (
    _Post("citizen", "张晓梅(示例)"),
    _Post("clerk", "王芳(示例)", "u-{place}-07", "{hall}", "{hall}-w-01"),
    _Post("agent", "李国强(示例)", "u-{place}-07", "{hall}", "{hall}-w-05"),
    # 审查权 and 审批权 for every unit of the county: no unit of their own.
    _Post("reviewer", "赵敏(示例)"),
    _Post("chief", "孙建华(示例)"),
    _Post("editor", "周丽(示例)", "u-{place}-07"),
    _Post("catalog-approver", "吴涛(示例)", "u-{place}-01"),
    _Post("supervisor", "郑红(示例)"),
    _Post("regulator", "冯军(示例)", "u-{place}-11"),
)
_CITY = tuple(post for post in _COUNTY if post.role in ("clerk", "reviewer", "editor", "catalog-approver"))


def accounts(reference_key: bytes, secret_hash: str) -> Iterator[Account]:
    """Every demo account, all with the same password."""
    for place, hall, suffix, posts in (
        ("370104", "h-370104", "", _COUNTY),
        ("370105", "h-370105", "-b", _COUNTY),
        ("3701", "h-3701-01", "-city", _CITY),
    ):
        for post in posts:
            yield _account(post, place, hall, suffix, reference_key, secret_hash)
    for username, (uscc, name) in AGENCIES.items():
        yield Account(
            username, "person", secret_hash, name, ("agency",), "370104", unit=f"ag-{uscc}", demo=True
        )
    for username, (place, unit, name) in SIGNERS.items():
        yield Account(
            username, "person", secret_hash, name, ("catalog-approver",), place, unit=unit, demo=True
        )
    uscc, _, name = ENTERPRISE
    yield Account(
        "enterprise",
        "person",
        secret_hash,
        name,
        ("citizen",),
        "370104",
        person_ref=person_ref(reference_key, "uscc", uscc),
        id_masked=f"{uscc[:3]}***********{uscc[-4:]}",
        demo=True,
    )
    yield Account("operator", "person", secret_hash, "陈刚(示例)", ("operator",), "3701", demo=True)
    yield Account("province", "client", secret_hash, "省级平台(示例)", ("subscriber",), "37", demo=True)


async def prepare(
    store: Store, passwords: Passwords, password: str | None, reference_key: bytes | None
) -> None:
    """Have the demo accounts with this password; without one, have none."""
    if password is None or reference_key is None:
        await store.drop_demo_accounts(besides=())
        return
    known = await store.account("citizen")
    kept = known.secret_hash if known and known.demo else None
    if kept is None or not await passwords.is_right(kept, password):
        kept = await passwords.hash(password)
    wanted = list(accounts(reference_key, kept))
    await store.drop_demo_accounts(besides=[account.username for account in wanted])
    for account in wanted:
        await store.put_account(account)


def _account(
    post: _Post, place: str, hall: str, suffix: str, reference_key: bytes, secret_hash: str
) -> Account:
    def at(desk: str | None) -> str | None:
        return desk.format(place=place, hall=hall) if desk else None

    username = f"{post.role}{suffix}"
    number = CITIZENS.get(username)
    return Account(
        username,
        "person",
        secret_hash,
        post.name,
        (post.role,),
        # A citizen sees own things only, wherever they are: the place is where the pages begin.
        place,
        at(post.unit),
        at(post.hall),
        at(post.window),
        person_ref=person_ref(reference_key, "citizen", number) if number else None,
        id_masked=f"{number[:3]}***********{number[-4:]}" if number else None,
        demo=True,
    )
