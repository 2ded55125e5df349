// 中介超市: the calls of the pages and what they answer.
import { get, post, put, send } from "./http"
import type { Basis, Limit } from "./types"

const part = encodeURIComponent

export type Mode = "comparison" | "draw" | "draw_with_inquiry" | "bid"
export type Grade = "A" | "B" | "C" | "D"
export const MODES: Mode[] = ["comparison", "draw", "draw_with_inquiry", "bid"]
export const GRADES: Grade[] = ["A", "B", "C", "D"]

export interface ServiceRecord {
  name: string
  basis: Basis[]
  item_codes: string[]
  standard_limit: Limit
  price: { kind: "government" | "guided" | "market"; lowest_fen?: number; highest_fen?: number; text: string }
  qualification?: string
  result?: string
  competent_unit?: string
  sample?: boolean
}

export interface AgencyService {
  service_code: string
  place: string
  state: "published" | "draft" | "cut"
  cut: string | null
  published_at: string | null
  revision: number
  record: ServiceRecord | null
  draft?: { record: ServiceRecord; at: string; editors: string[] }
  needed_by?: { item_code: string; place: string; name: string }[]
}

export interface Qualification {
  name: string
  number: string
  issuer: string
  valid_from: string
  valid_to?: string
  services: string[]
}

export interface Offer {
  service_code: string
  price_fen?: number
  price_text?: string
  days?: number
}

export interface AgencyRecord {
  name: string
  uscc: string
  phone: string
  address?: string
  summary?: string
  offers: Offer[]
  qualifications: Qualification[]
  sample?: boolean
}

export interface Agency {
  agency_id: string
  place: string
  state: "pending" | "admitted" | "blacklisted" | "removed"
  admitted_at: string | null
  record: AgencyRecord | null
  grade: Grade
  grade_reason: string | null
  bar: { since: string; until: string | null; reason: string; appeal: string | null } | null
  removed: string | null
  jobs: number
  done: number
  rating: number | null
  revision: number
  services?: { service_code: string; name: string; qualified: boolean; until: string | null; why_not: string | null }[]
  offer?: Offer
  suggested_grade?: Grade | null
  draft?: { record: AgencyRecord; at: string; returned: string | null } | null
}

export interface SelectionLine {
  selection_id: string
  place: string
  service_code: string
  service_name: string
  mode: Mode
  state: string
  round: number
  requirements: string
  ceiling_fen: number | null
  opened_at: string
  entries_until: string
  answers_until: string | null
  winner: { agency_id: string; name: string } | null
  price_fen: number | null
  by_unit: string | null
}

export interface Entry {
  agency_id: string
  name: string
  grade: Grade
  days: number | null
  contribution: string | null
  price_fen: number | null
  answered: boolean
}

export interface Selection extends SelectionLine {
  now: string
  max_days: number | null
  min_grade: Grade | null
  asked_count: number | null
  award: "lowest" | "choice"
  answer_hours: number
  witnessed: boolean
  fewest: number
  invited_count: number
  entry_count: number
  seed_commitment: string | null
  closed_at: string | null
  entries: Entry[]
  excluded: { agency_id: string; reason: string }[]
  entries_sha256: string | null
  witness_number: string | null
  seed: string | null
  ranking: { agency_id: string; score: string }[]
  asked: string[]
  choose_by: string | null
  reason: string | null
  ended_at: string | null
  rating: number | null
  case_no: string | null
  is_owner: boolean
  own_entry: {
    agency_id: string
    at: string
    bid_sha256: string | null
    price_fen: number | null
    days: number | null
    answered_at: string | null
  } | null
  may_choose: string[]
}

export interface Verification {
  selection_id: string
  algorithm: string
  seed_commitment: string | null
  seed: string | null
  entries: { agency_id: string; contribution: string }[]
  entries_sha256: string | null
  witness_number: string | null
  ranking: { agency_id: string; score: string }[]
  bids: { agency_id: string; bid_sha256: string; price_fen: number | null }[]
}

export interface Opening {
  service_code: string
  mode: Mode
  place: string
  entries_until: string
  requirements: string
  case_no?: string
  ceiling_fen?: number
  max_days?: number
  min_grade?: Grade
  asked?: number
  award?: "lowest" | "choice"
  answer_hours?: number
  if_too_few?: "extend" | "cancel"
  witnessed?: boolean
  related?: string[]
}

export interface CaseSelection {
  selection_id: string
  service_name: string
  mode: Mode
  state: string
  entries_until: string
  agency: { agency_id: string; name: string } | null
  price_fen: number | null
}

type Query = Record<string, string | number | boolean | null | undefined>
type Services = { services: AgencyService[]; next_cursor: string | null }
type Agencies = { agencies: Agency[]; next_cursor: string | null }
type Selections = { selections: SelectionLine[]; next_cursor: string | null }

const SERVICES = "catalog/agency-services"
const AGENCIES = "catalog/agencies"
const SELECTIONS = "catalog/selections"

export const market = {
  services: (query: Query) => get<Services>(SERVICES, query),
  service: (code: string) => get<AgencyService>(`${SERVICES}/${part(code)}`),
  newService: (body: { place: string; service_code: string; record: ServiceRecord }) =>
    post<AgencyService>(SERVICES, body),
  editService: (code: string, record: ServiceRecord, revision: number) =>
    put<AgencyService>(`${SERVICES}/${part(code)}/draft`, record, `"${revision}"`),
  publishService: (code: string) => post<AgencyService>(`${SERVICES}/${part(code)}/publication`, {}),
  cutService: (code: string, reason: string) => post<AgencyService>(`${SERVICES}/${part(code)}/cut`, { reason }),

  agencies: (query: Query) => get<Agencies>(AGENCIES, query),
  agency: (id: string) => get<Agency>(`${AGENCIES}/${part(id)}`),
  compare: (service: string, place: string, by: string) =>
    get<{ agencies: Agency[] }>(`${AGENCIES}/comparison`, { service, place, by }),
  enterAgency: (place: string, record: AgencyRecord) => post<Agency>(AGENCIES, { place, record }),
  editAgency: (id: string, record: AgencyRecord, revision: number) =>
    put<Agency>(`${AGENCIES}/${part(id)}/draft`, record, `"${revision}"`),
  judge: (id: string, act: string, body: object) => post<Agency>(`${AGENCIES}/${part(id)}/${act}`, body),

  selections: (query: Query) => get<Selections>(SELECTIONS, query),
  selection: (id: string) => get<Selection>(`${SELECTIONS}/${part(id)}`),
  verification: (id: string) => get<Verification>(`${SELECTIONS}/${part(id)}/verification`),
  open: (body: Opening, key: string) => post<Selection>(SELECTIONS, body, key),
  act: (id: string, act: string, body: object) => post<Selection>(`${SELECTIONS}/${part(id)}/${act}`, body),
  ofCase: (no: string) => get<{ selections: CaseSelection[] }>(`intake/cases/${part(no)}/selections`),
  figures: () => get<Figures>("evaluation/marketplace"),
  inbox: async () => (await (await send("GET", "notify/inbox")).json()) as { notices: Letter[] },
}

export interface Figures {
  modes: { mode: Mode; opened: number; selected: number; cancelled: number; entrants: number }[]
  agencies: { grades: Record<Grade, number>; blacklisted: number }
}

export interface Letter {
  notice_id: string
  at: string
  title: string
  text: string
}
