import adoption from "./adoption.en"
import comparison from "./comparison.en"
import offers from "./offers.en"
import editor from "./editor.en"
import handling from "./handling.en"
import items from "./items.en"
import packages from "./packages.en"
import market from "./marketplace.en"
import policies from "./policies.en"
import proofs from "./proofs.en"
import record from "./record.en"
import search from "./search.en"
import settings from "./settings.en"
import tables from "./tables.en"
import type zh from "./index.zh"

const en: typeof zh = {
  adoption,
  comparison,
  offers,
  ...editor,
  ...items,
  ...packages,
  ...search,
  ...settings,
  ...tables,
  handling,
  market,
  policies,
  proofs,
  record,
  shell: {
    name: "Catalog",
    label: "Parts of the catalog",
    items: "Items",
    proofs: "Cutting proofs",
    services: "Levels and packages",
    market: "Agencies and policies",
    settings: "Settings",
  },
}
export default en
