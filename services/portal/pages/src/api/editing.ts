// Editing one item: the whole record, its findings, sign-off, publication, versions.
import { get, post, put, send } from "./http"
import type { Basis, Item, ItemEntry, ItemRecord, Limit, Material, Situation, Step } from "./types"

const part = encodeURIComponent

export interface DraftMaterial extends Material {
  required?: boolean
  origin?: string | null
  format?: string | null
}

export interface DraftStep extends Step {
  special_kind?: string | null
  content?: string | null
  stops_clock_basis?: string | null
  unit_id?: string | null
}

export interface Extension extends Limit {
  counted_from?: string
  when?: string | null
}

export interface NamedUnit {
  name: string
  unit_id?: string | null
}

export interface Recipient {
  kind: "applicant" | "unit"
  unit_id?: string | null
  name: string
}

export interface DraftResult {
  type_code: string
  name: string
  deliver_within?: Limit | null
  validity_months?: number | null
  validity?: string | null
  signed_by?: string | null
  seal?: string | null
  sample_file_id?: string | null
  recipients?: Recipient[]
}

export interface DraftFee {
  amount_fen: number
  text: string
  stops_clock?: boolean
  basis?: string | null
}

/** A record as it is being written: what the lint asks for before publishing may still be missing. */
export interface DraftRecord
  extends Omit<
    ItemRecord,
    "kind" | "unit_id" | "handling" | "limits" | "fee" | "materials" | "steps" | "result" | "basis"
  > {
  unit_id?: string | null
  kind?: string | null
  origin?: string | null
  secret?: boolean
  main_item?: boolean
  parent_code?: string | null
  risk_areas?: string[]
  joint_bodies?: NamedUnit[]
  basis?: Basis[]
  handling?: "immediate" | "promised" | null
  acceptance?: "on_receipt" | "after_check"
  acceptor_may_decide?: boolean
  online_depth?: string
  delegated_to?: string[]
  limits?: { promised?: Limit | null; statutory?: Limit | null; extension?: Extension | null }
  fee?: DraftFee | null
  situations?: Situation[]
  materials?: DraftMaterial[] | null
  steps?: DraftStep[] | null
  result?: DraftResult | null
  visits?: number | null
  regulators?: NamedUnit[]
  regulatory_measures?: { text: string; unit_id?: string | null }[]
  intermediary_services?: string[]
}

export interface Sign {
  by: string
  unit: string
  at: string
}

export interface Waiver {
  finding: string
  rule: string
  field: string
  quote: string | null
  reason: string
  by: string
  unit: string
  at: string
}

export interface Finding {
  id: string
  field: string
  rule: string
  /** An `info` asks for nothing. */
  severity: "error" | "warning" | "info"
  text: string
  quote: string | null
  source: string
  /** What to write instead. */
  suggestion: string | null
  waivable: boolean
  waived: { by: string; unit: string; at: string; reason: string } | null
}

/** Where an item stands after an act. */
export interface State {
  item_code: string
  place: string
  version: number
  effective_from: string | null
  state: string
  revision: number
  waits_for?: string[]
}

/** The draft, or the version in force where there is none. */
export interface DraftItem extends Omit<Item, "record" | "effective_from"> {
  effective_from: string | null
  record: DraftRecord
  draft_state?: string | null
  editors?: string[]
  edited_at?: string
  signatures?: Sign[]
  approval?: Sign | null
  submission?: { by: string; at: string; note: string | null; units: string[]; approving_unit: string | null } | null
  outstanding?: string[]
  returned?: string | null
  waivers?: Waiver[]
}

export interface WorkEntry extends Omit<ItemEntry, "kind"> {
  kind: string | null
  handling: string | null
  state: string
  version: number
  revision: number
  draft_state?: string | null
  findings?: { errors: number; warnings: number } | null
  edited_at?: string | null
}

export interface Waiting {
  item_code: string
  name: string
  place: string
  unit_name: string
  act: "sign" | "approve"
  submitted_at: string | null
  submitted_by: string | null
  note: string | null
  signed: Sign[]
  outstanding: string[]
  version: number
  revision: number
}

export interface VersionEntry {
  number: number
  state: string
  effective_from: string
  ended_at: string | null
  ended_by: "superseded" | "withdrawn" | null
  published_at: string
  change: string
  supersedes: number | null
  signed_by: string[]
  approved_by: string | null
  record_sha256: string
  signatures?: Sign[]
  approval?: Sign | null
  published_by?: string | null
  waivers?: Waiver[]
}

export interface Change {
  path: string
  label: string
  kind: "added" | "removed" | "changed"
  before: unknown
  after: unknown
  before_text: string | null
  after_text: string | null
}

export interface Difference {
  item_code: string
  from: number
  to: number | "draft"
  changes: Change[]
}

export interface Bulk {
  done: string[]
  refused: { item_code: string; code: string; message: string }[]
}

export type BulkAct = "submissions" | "reviews" | "approvals" | "publications"

export interface WorkQuery {
  state: string
  q?: string
  place?: string
  kind?: string
  limit?: number
  cursor?: string
}

export interface Review {
  outcome: "signed" | "sent_back"
  reason?: string
}

const of = (code: string, act: string) => `catalog/items/${part(code)}/${act}`

export const editing = {
  work: (query: WorkQuery) =>
    get<{ items: WorkEntry[]; next_cursor: string | null }>("catalog/items", { ...query, findings: true }),
  many: (act: BulkAct, body: { item_codes: string[]; effective_from?: string }) => post<Bulk>(`catalog/${act}`, body),
  create: (body: { place: string; record: DraftRecord }, key: string) => post<DraftItem>("catalog/items", body, key),
  /** The draft with its ETag; where there is none, the newest version, from which the next draft starts. */
  async draft(code: string): Promise<{ item: DraftItem; etag: string }> {
    const answer = await send("GET", `catalog/items/${part(code)}`)
    const item = (await answer.json()) as DraftItem
    const wanted = item.draft_state ? "draft" : (await this.versions(code)).versions[0]?.number
    if (wanted === undefined || wanted === item.version || (wanted === "draft" && item.version === 0))
      return { item, etag: answer.headers.get("ETag") ?? "" }
    const newest = await send("GET", `catalog/items/${part(code)}`, { query: { version: wanted } })
    return { item: (await newest.json()) as DraftItem, etag: newest.headers.get("ETag") ?? "" }
  },
  read: (code: string, version?: number | "draft") => get<DraftItem>(`catalog/items/${part(code)}`, { version }),
  save: (code: string, record: DraftRecord, etag: string) => put<DraftItem>(of(code, "draft"), record, etag),
  findings: (code: string) => get<Finding[]>(of(code, "findings")),
  /** The lint of a record as it is being written; nothing is kept. */
  check: (code: string, record: DraftRecord) => post<Finding[]>(of(code, "findings"), record),
  waive: (code: string, finding: string, reason: string) => post<State>(of(code, "waivers"), { finding, reason }),
  async unwaive(code: string, finding: string): Promise<void> {
    await send("DELETE", of(code, `waivers/${part(finding)}`))
  },
  submit: (code: string, note?: string) => post<State>(of(code, "submission"), note ? { note } : {}),
  review: (code: string, body: Review) => post<State>(of(code, "review"), body),
  approve: (code: string, body: Review) => post<State>(of(code, "approval"), body),
  publish: (code: string, body: { effective_from?: string; change?: string }) => post<State>(of(code, "publish"), body),
  withdraw: (code: string, body: { reason: string; effective_to?: string; replaced_by?: string }) =>
    post<State>(of(code, "withdraw"), body),
  reviews: (query: { place?: string; limit?: number; cursor?: string }) =>
    get<{ reviews: Waiting[]; next_cursor: string | null }>("catalog/reviews", query),
  versions: (code: string) => get<{ versions: VersionEntry[] }>(of(code, "versions")),
  diff: (code: string, from: number, to: number | "draft") => get<Difference>(of(code, "diff"), { from, to }),
}
