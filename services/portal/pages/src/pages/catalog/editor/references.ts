// Rows that other rows name: a new name, or a row that goes, is followed where it is named.
import type { DraftRecord } from "@/api/editing"

/** Options of situations name materials by their names. */
export function renameMaterial(record: DraftRecord, before: string, after: string): void {
  if ((record.materials ?? []).some((material) => material.name === before)) return
  for (const situation of record.situations ?? [])
    for (const option of situation.options)
      if (option.materials) option.materials = option.materials.map((name) => (name === before ? after : name))
}

/** Steps name those that come before them. */
export function dropStep(record: DraftRecord, code: string): void {
  for (const step of record.steps ?? []) if (step.after) step.after = step.after.filter((name) => name !== code)
}
