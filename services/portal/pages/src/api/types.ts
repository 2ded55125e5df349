// What the services answer, as far as the pages read it (design §7, events §7).

export interface Limit {
  value: number
  unit: "working_days" | "calendar_days"
}

export interface Place {
  entry_id: string
  kind: "place" | "hall" | "point" | "unit" | "window"
  parent_id: string | null
  /** The place it lies in; of a place its own code. */
  place: string
  record: { name: string; [field: string]: unknown }
}

export interface ItemEntry {
  item_code: string
  name: string
  place: string
  unit_name: string
  kind: string
  promised: Limit | null
  fee_text: string | null
  sample?: boolean
}

export interface Basis {
  title: string
  level?: string | null
  clause?: string | null
}

export interface Material {
  name: string
  copies?: number
  form?: "original" | "copy" | "electronic"
  /** Codes: `applicant` or one of the record's parties. */
  provided_by?: string[]
  deferrable?: boolean
  by_commitment?: boolean
  licence_type?: string | null
  guidance?: string | null
  basis?: Basis | null
  issued_by?: string | null
  blank_file_id?: string | null
  sample_file_id?: string | null
}

export interface Step {
  step: string
  name: string
  role: string
  limit: Limit | null
  special?: boolean
  stops_clock?: boolean
  after?: string[]
}

export interface Situation {
  situation: string
  question: string
  options: { option: string; label: string; materials?: string[] }[]
}

export interface ItemRecord {
  base_code: string
  name: string
  kind: string
  category?: string | null
  scope?: string | null
  implementing_body: string
  unit_id?: string
  basis?: Basis[]
  service_targets?: string[]
  service_type?: string
  main_item?: boolean
  provision?: string
  conditions?: string[]
  handling: "immediate" | "promised"
  channels?: string[]
  limits: { promised: Limit; statutory: Limit; extension?: (Limit & { when?: string | null }) | null }
  fee: { amount_fen: number; text: string; basis?: string | null }
  parties?: { party: string; name: string }[]
  situations?: Situation[]
  materials: Material[]
  steps: Step[]
  result?: {
    name: string
    deliver_within?: Limit | null
    recipients?: { name: string }[]
    sample_file_id?: string | null
  } | null
  accepting_places?: { name?: string | null; address: string; phone?: string | null; opening?: string | null }[]
  remark?: string | null
  sample?: boolean
  guide?: {
    accepting?: string | null
    conditions?: string | null
    materials_note?: string | null
    flow?: string[]
    fee?: string | null
    time_limit?: string | null
    consultation?: { kind: "on_site" | "phone" | "web"; text: string }[]
  }
}

export interface Item {
  item_code: string
  place: string
  version: number
  effective_from: string
  state: string
  record: ItemRecord
  withdrawn?: Withdrawn
}

/** The end of an item, which may be still to come. */
export interface Withdrawn {
  at: string
  effective_to: string
  reason: string
  replaced_by: string | null
}

export type CaseState =
  | "received"
  | "pre_reviewed"
  | "correction_requested"
  | "accepted"
  | "not_accepted"
  | "lapsed"
  | "withdrawal_requested"
  | "withdrawn"
  | "decided"
  | "ended"
  | "closed"

export interface Missing {
  name: string
  problem?: string
  remedy?: string
}

export interface GivenMaterial {
  name: string
  file_id?: string
  licence_no?: string
  commitment?: boolean
  deferred?: boolean
}

export interface Submission {
  item_code: string
  place: string
  channel: "web" | "window" | "phone" | "kiosk" | "agent"
  applicant: { name: string; id_type: string; id_number: string; phone: string }
  situation: Record<string, string>
  materials: GivenMaterial[]
}

export interface Submitted {
  case_no: string
  state: CaseState
  missing: Missing[]
  promised_due: string | null
  statutory_due: string | null
  provisional: boolean
  statutory_provisional: boolean
  receipt_url: string | null
}

export interface TimelineEntry {
  at: string
  event: string
  text: string
  /** A notice says that the applicant was told of the fact of the type `about`. */
  kind: "fact" | "notice"
  about?: string
}

export interface Progress {
  case_no: string
  state: CaseState
  item_name: string
  item_code: string
  promised_due: string | null
  statutory_due: string | null
  provisional: boolean
  outcome: "granted" | "refused" | null
  missing: Missing[]
  timeline: TimelineEntry[]
}

export interface CaseEntry {
  case_no: string
  item_name: string
  item_code: string
  state: CaseState
  channel: string
  applicant_masked: string
  submitted_at: string
  answer_due: string | null
  promised_due: string | null
}

export interface HandedIn {
  name: string
  source: "file" | "licence" | "commitment" | "deferred" | "on_file"
  file_id?: string | null
  licence_no?: string | null
}

export interface IntakeCase extends Progress {
  channel: string
  submitted_at: string
  accepted_at: string | null
  answer_due: string | null
  /** By when the correction is to be answered. */
  answer_by: string | null
  decision_no: string | null
  reason: string | null
  remedies: string | null
  applicant: { name_masked: string; id_masked?: string | null; phone_masked?: string | null }
  version: number
  situation: Record<string, string>
  materials: HandedIn[]
  deferred: { name: string; due_on: string }[]
  receipt_url: string
}

export interface Person {
  name: string
  id_number?: string | null
  phone?: string | null
}

export interface WorkEntry {
  case_no: string
  item_name: string
  applicant_masked: string
  unit: { unit_id: string; name: string }
  state: string
  promised_due: string
  statutory_due: string
  provisional: boolean
  statutory_provisional: boolean
  /** Null once it is decided. */
  days_left: number | null
  days_unit: Limit["unit"]
  lamp: "green" | "yellow" | "red" | null
  channel: string
  accepted_at: string
  place: string
}

export interface CountedDay {
  on: string
  counts: boolean
  why: string
}

export interface DueDate {
  due_on: string
  provisional: boolean
  days: CountedDay[]
}

export interface Notice {
  notice_id: string
  event: string
  channel: string
  state: "queued" | "sent" | "delivered" | "failed" | "unknown"
  attempts: number
  at: string
  title: string
  text: string
}

export interface Rating {
  grade: number
  rated_at: string
}

export interface Counts {
  accepted: number
  decided: number
  on_time_rate: number | null
  immediate_rate: number | null
  online_rate: number | null
  ratings: number
  satisfaction: number | null
  average_grade: number | null
}

export interface Figures {
  from: string
  to: string
  place: string
  totals: Counts
  rows: (Counts & { key: string; name: string })[]
  days: { day: string; accepted: number; decided: number }[]
}

export interface LiveEvent {
  id: string
  source: string
  type: string
  subject: string
  place_code: string
  at: string
  data: Record<string, unknown>
}

export interface Me {
  sub: string
  name: string
  roles: string[]
  place: string
  unit: string | null
  hall: string | null
  window: string | null
}

export interface PublicSettings {
  sample: boolean
  demo_accounts: { username: string; role_zh: string; role_en: string; place: string }[]
}

export interface Clock {
  promised_due?: { on: string; provisional: boolean } | null
  statutory_due?: { on: string; provisional: boolean } | null
  starts_on?: string
  stopped?: boolean
  extended?: boolean
  calendar?: string
}

export interface Dossier extends WorkEntry {
  item: { item_code: string; version: number; name: string }
  situation: Record<string, string>
  materials: HandedIn[]
  deferred: { name: string; due_on: string }[]
  open_gaps: string[]
  steps: (Step & { state?: "waiting" | "stopped" | "done" })[]
  limits: { promised: Limit; statutory: Limit; extension?: Limit | null }
  clock: Clock & { days_used?: number }
  pauses: { pause_id: string; reason: string; step?: string; from: string; planned_end: string; until?: string }[]
  extension: { limit: Limit; reason: string; at: string } | null
  decision: {
    outcome: "granted" | "refused"
    decision_no: string
    reason: string
    remedies?: string | null
    decided_at: string
    days_used: number
  } | null
  history: { seq: number; at: string; type: string; text: string; actor?: { role?: string; officer_id?: string } }[]
}
