"""Sample policies through the front door, and the file of the enterprise that they are compared with."""

from __future__ import annotations

from deploy.local.people import Person
from deploy.local.sample.policies import ENTERPRISE, POLICIES

CATALOG, COUNTY = "/api/catalog", "370104"


async def load_policies(editor: Person, approver: Person, clerk: Person) -> None:
    """Put in force what is not there yet; a second run changes nothing."""
    listed = await editor.get(f"{CATALOG}/policies", params={"state": "all"})
    known = {policy["policy_code"]: policy for policy in listed["policies"]}
    for code, record in POLICIES.items():
        if code not in known:
            body = {"place": COUNTY, "policy_code": code, "record": record}
            await editor.post(f"{CATALOG}/policies", body)
        if code not in known or known[code]["record"] is None:
            await approver.post(f"{CATALOG}/policies/{code}/publication", {})
    path = "/api/intake/enterprises"
    found = await clerk.get(path, params={"uscc": ENTERPRISE["uscc"]})
    if not found["enterprises"]:
        await clerk.call("PUT", f"{path}/features", json=ENTERPRISE)
