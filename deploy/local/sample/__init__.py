"""Sample data of the local run: two published item lists, plausible terms, a directory, one whole guide.

The lists (`township-items.csv`, `village-items.csv`) are published ones and give body, name and kind only.
Limits, materials and results in `terms.csv` and `materials.csv` are invented, plausible and marked
`sample: true`; places below the county and all halls carry 示例 in their names.
`vaccination-appraisal.json` is the guide 预防接种异常反应鉴定 (seed 000 附件5) as one complete item record;
its step limits alone are examples.
"""

from deploy.local.sample.directory import directory, guide_item, item_record
from deploy.local.sample.lists import item_code, item_names, township_csv, village_csv
from deploy.local.sample.terms import terms

__all__ = [
    "directory",
    "guide_item",
    "item_code",
    "item_names",
    "item_record",
    "terms",
    "township_csv",
    "village_csv",
]
