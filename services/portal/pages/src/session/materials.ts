// Which materials an application needs, by the answers about its situation (events §7 `situations`).
import type { IntakeCase, ItemRecord, Material } from "@/api/types"

export interface Needed {
  material: Material
  /** The question that decides, where the material is needed in some situations only. */
  only: string | null
}

/** All materials of the item, with the answers that make the conditional ones necessary. */
export function listed(record: ItemRecord): Needed[] {
  const answers = new Map<string, string[]>()
  for (const situation of record.situations ?? [])
    for (const option of situation.options)
      for (const name of option.materials ?? []) answers.set(name, [...(answers.get(name) ?? []), option.label])
  return record.materials.map((material) => ({ material, only: answers.get(material.name)?.join("、") ?? null }))
}

/** A material that some option names is needed only where such an option is chosen; the others always. */
export function needed(record: ItemRecord, chosen: Record<string, string>): Material[] {
  const options = (record.situations ?? []).flatMap((s) =>
    s.options.map((o) => ({ names: o.materials ?? [], chosen: chosen[s.situation] === o.option })),
  )
  return record.materials.filter((material) => {
    const naming = options.filter((o) => o.names.includes(material.name))
    return naming.length === 0 || naming.some((o) => o.chosen)
  })
}

/** The questions of the item with what was answered; the codes where the item does not know them any more. */
export function answered(record: ItemRecord | null, chosen: Record<string, string>): [string, string][] {
  return Object.entries(chosen).map(([asked, answer]) => {
    const known = record?.situations?.find((s) => s.situation === asked)
    return [known?.question ?? asked, known?.options.find((o) => o.option === answer)?.label ?? answer]
  })
}

/** What was accepted without (容缺) and has not been handed in since. */
export function stillDeferred(found: IntakeCase): IntakeCase["deferred"] {
  const open = new Set(found.materials.filter((m) => m.source === "deferred").map((m) => m.name))
  return found.deferred.filter((d) => open.has(d.name))
}

/** A refusal counts the materials that were sent, the page those that are needed. */
export function fieldOnPage(field: string, sent: { name: string }[], materials: Material[]): string {
  const number = /^materials\.(\d+)/.exec(field)?.[1]
  if (number === undefined) return field
  const name = sent[Number(number)]?.name
  const index = materials.findIndex((m) => m.name === name)
  return index < 0 ? "" : `materials.${index}`
}

/** Who brings it, in words: the code `applicant` or a party of the item. */
export function bringers(record: ItemRecord, material: Material, applicant: string): string[] {
  const names = new Map((record.parties ?? []).map((p) => [p.party, p.name]))
  return (material.provided_by ?? []).map((code) => (code === "applicant" ? applicant : (names.get(code) ?? code)))
}
