// 对标: lists of other places, and own items beside the same ones elsewhere.
import { blob, get, post, send } from "./http"
import type { Limit } from "./types"

const part = encodeURIComponent

export interface Terms {
  source: string
  name: string
  item_code: string | null
  materials: string[] | null
  count: number | null
  promised: Limit | null
  days: number | null
  fee_fen: number | null
  fee_text: string | null
  best: ("materials" | "days" | "fee_fen")[]
}

export interface Compared {
  base_code: string
  item_code: string
  name: string
  own: Terms
  others: Terms[]
  leads: { materials: boolean | null; time: boolean | null; fee: boolean | null }
  cuts: {
    materials: number
    candidates: { name: string; asked_by: number; of: number; cut: boolean }[]
    promised: Limit | null
    days: number
    fee_fen: number
  }
}

export interface Share {
  count: number
  of: number
  rate: number | null
}

export interface Comparison {
  own_items: number
  compared: number
  leads: { materials: Share; time: Share; fee: Share }
  items: Compared[]
}

export interface PeerSet {
  set_id: string
  place: string
  source: string
  as_of: string
  rows: number
  problems: number
  confirmed: number
}

export interface PeerSetInFull extends PeerSet {
  problems_found: { row: number; column: string; message: string }[]
  candidates: { number: number; name: string; suggested: { base_code: string; alike: number }[] }[]
}

export const comparison = {
  of: (place: string, behind: boolean) => get<Comparison>("catalog/comparisons", { place, behind }),
  file: (place: string) => blob(`catalog/comparisons/file?place=${place}`),
  sets: (place: string) => get<{ sets: PeerSet[] }>("catalog/comparisons/sets", { place }),
  set: (id: string, place: string) => get<PeerSetInFull>(`catalog/comparisons/sets/${part(id)}`, { place }),
  async readIn(given: { place: string; source: string; as_of: string; file: File }): Promise<PeerSetInFull> {
    const form = new FormData()
    for (const [name, value] of Object.entries(given)) form.append(name, value)
    return (await (await send("POST", "catalog/comparisons/sets", { form })).json()) as PeerSetInFull
  },
  match: (id: string, number: number, body: { base_code: string; decision: "confirmed" | "rejected" }) =>
    post<PeerSet>(`catalog/comparisons/sets/${part(id)}/rows/${number}/match`, body),
  async close(id: string): Promise<void> {
    await send("DELETE", `catalog/comparisons/sets/${part(id)}`)
  },
}
