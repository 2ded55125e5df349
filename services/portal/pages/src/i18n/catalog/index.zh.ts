// 事项库工作台的用语,每项功能一个文件。
import adoption from "./adoption.zh"
import comparison from "./comparison.zh"
import offers from "./offers.zh"
import editor from "./editor.zh"
import handling from "./handling.zh"
import items from "./items.zh"
import packages from "./packages.zh"
import market from "./marketplace.zh"
import policies from "./policies.zh"
import proofs from "./proofs.zh"
import record from "./record.zh"
import search from "./search.zh"
import settings from "./settings.zh"
import tables from "./tables.zh"

export default {
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
    name: "事项库",
    label: "事项库功能",
    items: "事项",
    proofs: "清理证明",
    services: "分级与集成",
    market: "中介与政策",
    settings: "设置",
  },
}
