// Fields and values of a record in words, for findings, differences and clashes.
import { i18n } from "@/i18n"
import { limitText, wordFor } from "@/i18n/formats"

const t = (key: string, named: Record<string, unknown> = {}) => i18n.global.t(key, named)
const known = (key: string) => i18n.global.te(key, "zh-CN")

/** The label of a field: `materials.0.name` is 材料名称. A field that the pages do not know keeps its name. */
export function labelOf(path: string): string {
  const names = path.split(".").filter((name) => !/^\d+$/.test(name))
  const key = `catalog.record.${names.join(".")}`
  if (known(`${key}._`)) return t(`${key}._`)
  return known(key) ? t(key) : (names.at(-1) ?? path)
}

/** The way to a field: `materials.0.name` is 申请材料第1项：材料名称. */
export function placeOf(path: string): string {
  const found: string[] = []
  const names = path.split(".")
  names.forEach((name, i) => {
    if (/^\d+$/.test(name)) found.push(`${found.pop() ?? ""}${t("catalog.editor.nth", { n: Number(name) + 1 })}`)
    else found.push(labelOf(names.slice(0, i + 1).join(".")))
  })
  return found.join(t("catalog.editor.colon"))
}

/** Names of fields whose values are codes with words of their own. */
const CODED: Record<string, string> = {
  handling: "handling",
  form: "materialForm",
  channels: "channel",
  role: "role",
  acceptance: "catalog.record.acceptanceWord",
  online_depth: "catalog.record.depth",
  unit: "catalog.record.unitWord",
  counted_from: "catalog.record.countedFrom",
}

/** A value to read: yes and no, limits as they are said, rows by their names. */
export function valueText(value: unknown, path = ""): string {
  if (value === undefined || value === null || value === "") return t("catalog.editor.nothing")
  if (typeof value === "boolean") return t(value ? "catalog.editor.yes" : "catalog.editor.no")
  if (typeof value === "string" && lastName(path).endsWith("_file_id")) return t("catalog.editor.file", { id: value.slice(3, 9) })
  if (typeof value === "string") return wordFor(CODED[lastName(path)] ?? "", value)
  if (typeof value === "number") return String(value)
  if (Array.isArray(value))
    return value.length ? value.map((one) => valueText(one, path)).join("；") : t("catalog.editor.nothing")
  const block = value as Record<string, unknown>
  if ("value" in block && "unit" in block) return limitText(block as never)
  const name = block["name"] ?? block["title"] ?? block["question"] ?? block["label"] ?? block["text"]
  const rest = Object.entries(block).filter(([k, v]) => v !== name && !HIDDEN.has(k) && v !== false && !isEmpty(v))
  const told = rest.map(([k, v]) => `${labelOf(`${path}.${k}`)} ${valueText(v, `${path}.${k}`)}`)
  return [name, told.length ? t("catalog.editor.brackets", { text: told.join("，") }) : ""].filter(Boolean).join("")
}

/** Codes that hold a record together and tell a reader nothing. */
const HIDDEN = new Set(["step", "party", "option", "situation", "type_code", "unit_id", "kind"])
const isEmpty = (value: unknown) => value === null || value === "" || (Array.isArray(value) && value.length === 0)
const lastName = (path: string) =>
  path
    .split(".")
    .filter((name) => !/^\d+$/.test(name))
    .at(-1) ?? ""
