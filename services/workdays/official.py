"""The official days off and make-up days known when this version is built (国务院办公厅节假日安排)."""

from __future__ import annotations

from datetime import date

from chinese_calendar import constants

NAMES: dict[str, tuple[str, str]] = {
    "New Year's Day": ("元旦", "New Year's Day"),
    "Spring Festival": ("春节", "Spring Festival"),
    "Tomb-sweeping Day": ("清明节", "Tomb-sweeping Day"),
    "Labour Day": ("劳动节", "Labour Day"),
    "Dragon Boat Festival": ("端午节", "Dragon Boat Festival"),
    "National Day": ("国庆节", "National Day"),
    "Mid-autumn Festival": ("中秋节", "Mid-autumn Festival"),
    "Anti-Fascist 70th Day": ("抗战胜利70周年纪念日", "70th Anniversary of Victory Day"),
}

ENGLISH: dict[str, str] = dict(NAMES.values())

FIXED: dict[tuple[int, int], str] = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
"""Holidays with a fixed solar date: 全国年节及纪念日放假办法 (2024 revision, 国务院令第795号) §2."""


def official_days() -> dict[int, list[tuple[date, bool, str]]]:
    """Year of the arrangement → its days as (date, whether it counts as a working day, Chinese name).

    A December day given away for the coming New Year (2018-12-29, 2018-12-31) was set by the next year's
    arrangement and is filed there, so that a corrected table for one year replaces exactly that arrangement.
    """
    years: dict[int, list[tuple[date, bool, str]]] = {}
    for table, counts in ((constants.holidays, False), (constants.workdays, True)):
        for day, english in table.items():
            name = NAMES.get(english, (english, english))[0]
            year = day.year + 1 if day.month == 12 and name == "元旦" else day.year
            years.setdefault(year, []).append((day, counts, name))
    return years
