"""The accounts that the terminal shows are those that the portal makes, each role under one name."""

from __future__ import annotations

from deploy.local.accounts import AGENCIES, CITY, COUNTY, SIGNERS, table
from services.portal import demo


def test_the_terminal_and_the_sign_in_page_name_each_role_alike() -> None:
    made = {account.username: account for account in demo.accounts(b"k" * 32, "hash")}
    shown = {name: role for name, role, _ in (*COUNTY, *AGENCIES, *SIGNERS, *CITY)}
    assert set(shown) <= set(made)
    assert shown == {name: demo.ROLE_NAMES[made[name].roles[0]][0] for name in shown}


def test_every_account_that_the_portal_makes_is_told_of_in_the_terminal() -> None:
    made = {account.username for account in demo.accounts(b"k" * 32, "hash")}
    county = {name for name, _, _ in COUNTY}
    elsewhere = {f"{name}{suffix}" for name in county for suffix in ("-b", "-city")}
    assert made <= county | {name for name, _, _ in (*AGENCIES, *SIGNERS, *CITY)} | elsewhere
    told = table("secret")
    assert all(name in told for name in county | {"-b", "-city", "secret"})
