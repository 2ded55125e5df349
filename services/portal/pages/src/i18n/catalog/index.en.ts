import type zh from "./index.zh"

const en: typeof zh = {
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
