import editor from "./editor.en"
import items from "./items.en"
import record from "./record.en"
import settings from "./settings.en"
import type zh from "./index.zh"

const en: typeof zh = {
  ...editor,
  ...items,
  ...settings,
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
