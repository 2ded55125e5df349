// A draft as the guide shows it: what is still missing is shown as missing, not left to break the page.
import type { DraftRecord } from "@/api/editing"
import type { ItemRecord, Limit } from "@/api/types"

export function readable(draft: DraftRecord): ItemRecord {
  const missing = null as unknown as Limit
  return {
    ...draft,
    kind: draft.kind ?? "—",
    unit_id: draft.unit_id ?? undefined,
    handling: draft.handling ?? "promised",
    limits: {
      promised: draft.limits?.promised ?? missing,
      statutory: draft.limits?.statutory ?? missing,
      extension: draft.limits?.extension ?? null,
    },
    fee: { amount_fen: draft.fee?.amount_fen ?? 0, text: draft.fee?.text ?? "—", basis: draft.fee?.basis ?? null },
    materials: draft.materials ?? [],
    steps: draft.steps ?? [],
    result: draft.result ?? null,
  }
}
