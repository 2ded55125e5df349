// 进驻: items in halls and window themes, the negative list, and decisions that no hall accepted.
import { get, post, put } from "./http"
import type { Bulk } from "./editing"

const part = encodeURIComponent

export interface Exclusion {
  reason: string
  handled_at: string
}

export interface Offer {
  hall_id: string
  item_code: string
  name: string | null
  place: string
  in_force: boolean | null
  offered: boolean
  theme: string | null
  window_kinds: string[]
  since: string | null
  exclusion: (Exclusion & { approved_by: string; at: string }) | null
  proposal: (Exclusion & { act: "exclude" | "lift"; by: string; at: string; note: string | null }) | null
  returned: string | null
}

export interface HallRate {
  hall_id: string
  name: string
  place: string
  items: number
  offered: number
  excluded: number
  rate: number | null
  gaps: { item_code: string; name: string }[]
}

export interface HallItem {
  item_code: string
  name: string
  kind: string
  place: string
  windows: { window_id: string; name: string; number: string | null }[]
}

export interface HallItems {
  hall_id: string
  name: string
  themes: { theme: string; items: HallItem[] }[]
  excluded: (Exclusion & { item_code: string; name: string })[]
}

export interface Bypass {
  case_no: string
  item_code: string
  item_name: string
  unit_name: string
  hall_id: string
  decided_at: string
  why: "outside_the_hall" | "never_accepted"
}

const at = (hall: string, code: string) => `catalog/offers/${part(hall)}/${part(code)}`

export const offers = {
  ofHall: (hall: string) => get<HallItems>(`catalog/halls/${part(hall)}/items`),
  page: (query: { hall_id: string; state?: string; limit?: number; cursor?: string }) =>
    get<{ offers: Offer[]; next_cursor: string | null }>("catalog/offers", query),
  rates: (place: string) => get<{ halls: HallRate[] }>("catalog/offer-rates", { place }),
  offer: (body: { hall_id: string; theme: string; item_codes: string[] }) => post<Bulk>("catalog/offers", body),
  end: (body: { hall_id: string; item_codes: string[]; reason: string }) => post<Bulk>("catalog/offers/endings", body),
  exclude: (hall: string, code: string, body: Exclusion & { note?: string }) =>
    put<Offer>(`${at(hall, code)}/exclusion`, body),
  lift: (hall: string, code: string) => post<Offer>(`${at(hall, code)}/lifting`, {}),
  review: (hall: string, code: string, body: { outcome: "approved" | "sent_back"; reason?: string }) =>
    post<Offer>(`${at(hall, code)}/review`, body),
  bypasses: (query: { place: string; from: string; to: string; limit?: number; cursor?: string }) =>
    get<{ cases: Bypass[]; next_cursor: string | null }>("evaluation/hall-bypasses", query),
}
