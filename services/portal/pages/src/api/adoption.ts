// 认领: what is handed down to a place, what the place has of it, and what it asks less of.
import { get, post, put, send } from "./http"
import type { Bulk } from "./editing"
import { save } from "./tables"
import type { ItemRecord, Limit } from "./types"

const part = encodeURIComponent

export type AdoptionState = "waiting" | "own" | "adopted" | "revised" | "given_back"

export interface Handed {
  item_code: string
  base_code: string
  name: string
  kind: string
  from_place: string
  version: number
  secret: boolean
  state: AdoptionState
  own: {
    item_code: string
    version: number
    base_version: number | null
    next_version: number | null
    end_reason: string | null
  } | null
}

export interface Reductions {
  promised?: Limit | null
  dropped_materials: string[]
  fee_fen?: number | null
  steps: { step: string; limit: Limit }[]
}

export interface Filing {
  filing_no: string
  version: number
  at: string
  reductions: Reductions
  /** What the standard asked for then, where it is reduced. */
  standard: Reductions | null
  by: string | null
  approved_by: string | null
  note: string | null
}

export const FILING_KINDS = ["time", "materials", "fee", "steps", "taken_back"] as const

/** A filing as the unit above reads it; `steps` are names by the step's id. */
export interface Filed extends Filing {
  item_code: string
  base_code: string
  name: string
  place: string
  place_name: string
  unit_name: string
  filed_with: string
  steps: Record<string, string>
}

export interface WhichFilings {
  place: string
  item?: string
  kind?: string
  from?: string
  until?: string
}

export interface Beside {
  item_code: string
  base_code: string
  place: string
  version: number
  base_item: string
  base_version: number
  revision: number
  handed_down_by: { unit_id: string; name: string }
  standard: ItemRecord
  standard_version: number
  revised: boolean
  record: ItemRecord
  reductions: Reductions
  drafted: Reductions | null
  draft_state: string | null
  filings: Filing[]
}

export interface PlaceRate {
  place: string
  name: string
  level: string
  delegated: number
  adopted: number
  revised: number
  rate: number | null
  gaps: { item_code: string; name: string; from_place: string }[]
}

export interface Rates {
  goal: number
  levels: { level: string; delegated: number; adopted: number; rate: number }[]
  places: PlaceRate[]
}

export const adoption = {
  handed: (query: { place: string; state?: string; limit?: number; cursor?: string }) =>
    get<{ items: Handed[]; next_cursor: string | null }>("catalog/adoptable", query),
  adopt: (body: { place: string; item_codes: string[] }) => post<Bulk>("catalog/adoptions", body),
  filed: (query: WhichFilings & { limit?: number; cursor?: string }) =>
    get<{ filings: Filed[]; next_cursor: string | null }>("catalog/filings", { ...query }),
  saveFiled: (query: WhichFilings, format: "xlsx" | "csv") => save("catalog/filings/file", { ...query, format }),
  rates: (place: string) => get<Rates>("catalog/adoption-rates", { place }),
  async beside(code: string): Promise<{ found: Beside; etag: string }> {
    const answer = await send("GET", `catalog/items/${part(code)}/reductions`)
    return { found: (await answer.json()) as Beside, etag: answer.headers.get("ETag") ?? "" }
  },
  reduce: (code: string, asked: Reductions, etag: string) =>
    put<Beside>(`catalog/items/${part(code)}/reductions`, asked, etag),
}
