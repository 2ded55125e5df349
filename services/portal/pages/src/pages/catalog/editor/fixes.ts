// What a finding's advice comes to where the page can do it by itself, as one act that can be seen and undone.
import type { DraftRecord, Finding } from "@/api/editing"
import { at, put } from "./record"

export interface Fix {
  /** Key of its words below `catalog.fix`. */
  word: string
  /** The field that it changes, to be shown afterwards. */
  field: string
  apply: () => void
}

type Rule = (record: DraftRecord, finding: Finding) => Fix | null

const set = (word: string, field: string, value: unknown, record: DraftRecord): Fix => ({
  word,
  field,
  apply: () => put(record, field, value),
})

/** The row or line that a field belongs to, taken out of its list. */
function withoutRow(word: string, field: string, record: DraftRecord): Fix | null {
  const found = /^(materials|conditions|joint_bodies)\.(\d+)/.exec(field)
  const list = found?.[1]
  const index = Number(found?.[2])
  if (!list || !Array.isArray(at(record, list)) || !(index < (at(record, list) as unknown[]).length)) return null
  return { word, field: list, apply: () => (at(record, list) as unknown[]).splice(index, 1) }
}

/** The words in question replaced by those of the word list, which has words there and no sentence of advice. */
function otherWords(record: DraftRecord, { field, quote, suggestion }: Finding): Fix | null {
  const text = at(record, field)
  if (!quote || !suggestion || suggestion.endsWith("。") || typeof text !== "string" || !text.includes(quote)) return null
  return set("replace", field, text.replace(quote, suggestion), record)
}

const RULES: Record<string, Rule> = {
  "catch-all": (record, finding) => withoutRow("dropRow", finding.field.replace(/\.(guidance|format)$/, ""), record),
  "asked-twice": (record, finding) => withoutRow("dropRow", finding.field, record),
  "proof-without-basis": (record, finding) => withoutRow("dropProof", finding.field, record),
  "licence-proves-it": (record, finding) => withoutRow("dropProof", finding.field, record),
  "licence-not-linked": (record, { field, suggestion }) => {
    const type = LICENCE.exec(suggestion ?? "")?.[1]
    return type ? set("linkLicence", field, type, record) : null
  },
  "commitment-on-risk-area": (record, { field }) => set("noCommitment", field, false, record),
  "unknown-party": (record, { field, quote }) => withoutCode("dropReference", [field], record, quote),
  "unknown-step": (record, { field, quote }) => withoutCode("dropReference", [field], record, quote),
  "unknown-material": (record, { field, quote }) => {
    const options = (at(record, `${field}.options`) ?? []) as unknown[]
    const fields = options.map((_, i) => `${field}.options.${i}.materials`)
    return withoutCode("dropReference", fields, record, quote)
  },
  "promised-above-statutory": (record) => {
    const statutory = record.limits?.statutory
    return statutory ? set("asStatutory", "limits.promised", { ...statutory }, record) : null
  },
}

const LICENCE = /^证照类型填写 (\S+)。$/

/** A code that names nothing, taken out of the lists of codes at a field. */
function withoutCode(word: string, fields: string[], record: DraftRecord, code: string | null): Fix {
  return {
    word,
    field: fields[0] ?? "",
    apply: () =>
      fields.forEach((field) => put(record, field, ((at(record, field) ?? []) as string[]).filter((one) => one !== code))),
  }
}

/** Empty fields whose usual value is known: what the lint assumes is written down. */
const USUAL: Record<string, Rule> = {
  service_type: (record) => set("asApplied", "service_type", "依申请服务", record),
  provision: (record) => set("asDirect", "provision", "直接提供", record),
  fee: (record) => set("asFree", "fee", { amount_fen: 0, text: "不收费" }, record),
  "limits.statutory": (record) => {
    const promised = record.limits?.promised
    return promised ? set("asPromised", "limits.statutory", { ...promised }, record) : null
  },
}

export function fixFor(record: DraftRecord, finding: Finding): Fix | null {
  const words = otherWords(record, finding)
  if (words) return words
  if (finding.rule === "missing") return USUAL[finding.field]?.(record, finding) ?? null
  return RULES[finding.rule]?.(record, finding) ?? null
}
