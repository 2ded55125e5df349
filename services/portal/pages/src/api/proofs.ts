// 清理证明: rows of 附件2–4, what they say when compared, and the published lists.
import { blob, get, newKey, post, put, send, text } from "./http"

export const LISTS = ["needed", "issued", "inspections"] as const
export type ListName = (typeof LISTS)[number]
export const STANDINGS = ["all", "open", "without_basis", "incomplete", "kept", "cancelled"] as const
export type Standing = (typeof STANDINGS)[number]
export const PUBLISHED = ["kept", "by_commitment", "inspections"] as const
export type Published = (typeof PUBLISHED)[number]
export type Verdict = "保留" | "取消"

export interface Basis {
  title: string
  level?: string | null
  clause?: string | null
}

export interface Opinion {
  verdict: Verdict
  reason: string
}

export interface Agreement {
  unit: string
  by: string
  on: string
  file_id: string
}

export interface Sample {
  file_id: string
  year: number
  note?: string | null
}

export interface Terms {
  text: string
  liability: string
  supervision: string
  version?: number
}

export interface Proof {
  unit: string
  unit_id?: string | null
  name: string
  basis: Basis[]
  opinion?: Opinion | null
  shareable?: boolean | null
  remark?: string | null
  /** Of what is needed. */
  item_name?: string
  issued_by?: string
  agreement?: Agreement | null
  samples?: Sample[]
  commitment?: Terms | null
  risk_areas?: string[]
  /** Of what is issued. */
  needed_by?: string[]
  purpose?: string
  issued_through?: string | null
}

export interface Half {
  basis: Basis[]
  opinion?: Opinion | null
  argued?: string | null
  cycle_months?: number | null
  former_cycle_months?: number | null
  annual_report?: boolean
}

export interface Inspection {
  unit: string
  unit_id?: string | null
  name: string
  inspection?: Half | null
  training?: Half | null
  remark?: string | null
}

export interface Issue {
  code: string
  text: string
  source: string
  blocks: boolean
}

export interface Row<R = Proof | Inspection> {
  proof_id: string
  list: ListName
  place: string
  revision: number
  edited_at: string
  struck: string | null
  record: R
  issues: Issue[]
}

export interface Rows {
  entries: Row[]
  next_cursor: string | null
  counts: Record<Standing, number>
  units: string[]
}

export interface Finding {
  rule: string
  name: string
  unit: string
  text: string
  source: string
  proof_id: string | null
  list: ListName | null
  item_name: string | null
  item_code: string | null
  suggestions: string[]
}

export interface Need {
  proof: string
  needs: string
  unit: string
  item_name: string
  proof_id: string | null
  item_code: string | null
}

export interface Circle {
  words: string
  proofs: string[]
  needs: Need[]
  cut: Need
  advice: string
  source: string
}

export interface Count {
  before: number
  after: number
  kept: number
  cancelled: number
  open: number
}

export interface Figures {
  needed: Count
  issued: Count
  inspections: Count
  trainings: Count
  kept_without_basis: number
  kept_shareable: number
  kept_by_commitment: number
  lengthened: number
  annual_report: number
  grounds: Record<string, number>
  reasons: { reason: string; count: number }[]
  by_unit: (Count & { place: string; unit: string })[]
}

export interface ListEntry {
  material: string
  item_name: string
  item_code?: string
  unit?: string
  issued_by: string
  basis: Basis[]
  reason: string
  shared?: boolean
  commitment_text?: string
  commitment_liability?: string
  commitment_supervision?: string
}

export interface KeptInspection {
  licence: string
  kind: string
  unit: string
  basis: Basis[]
  reason: string
  cycle_months?: number
  annual_report?: boolean
}

export interface Edition {
  place: string
  place_name: string
  list: Published
  edition: number
  published_at: string
  entries: ListEntry[]
  inspections: KeptInspection[]
  /** What was published before the newest edition, newest first. */
  earlier: { edition: number; published_at: string }[]
}

/** One edition, and the number of the one in force. */
export interface OneEdition extends Edition {
  newest: number
}

export interface Preview {
  place: string
  list: Published
  entries: ListEntry[]
  inspections: KeptInspection[]
  sha256: string
  blocked: { proof_id: string; name: string; code: string; text: string }[]
  open: number
  edited_by_you: boolean
  published: { edition: number; published_at: string; unchanged: boolean } | null
}

export interface CommitmentText {
  text_version: string
  material: string
  text: string
  liability: string | null
  supervision: string | null
  place: string
  edition: number
}

const rows = "catalog/proofs"
const lists = "catalog/proof-lists"
const part = encodeURIComponent
const tag = (revision: number) => `"${revision}"`

export const proofs = {
  rows: (list: ListName, query: { place: string; standing?: string; unit?: string; q?: string; limit?: number; cursor?: string }) =>
    get<Rows>(`${rows}/${list}`, query),
  row: (list: ListName, id: string) => get<Row>(`${rows}/${list}/${encodeURIComponent(id)}`),
  enter: (list: ListName, place: string, record: unknown, key: string) =>
    post<Row>(`${rows}/${list}`, { place, record }, key),
  edit: (row: Row, record: unknown) =>
    put<Row>(`${rows}/${row.list}/${row.proof_id}`, { record }, tag(row.revision)),
  async strike(row: Row, reason: string): Promise<Row> {
    const call = { body: { reason }, match: tag(row.revision), key: newKey() }
    return (await (await send("POST", `${rows}/${row.list}/${row.proof_id}/striking`, call)).json()) as Row
  },
  async upload(place: string, file: File): Promise<{ file_id: string }> {
    const form = new FormData()
    form.append("file", file)
    const answer = await send("POST", `${rows}/files`, { query: { place }, form })
    return (await answer.json()) as { file_id: string }
  },
  paper: (id: string) => blob(`${rows}/files/${encodeURIComponent(id)}`),
  crosscheck: (place: string) =>
    get<{ findings: Finding[]; counts: Record<string, number> }>(`${rows}/crosscheck`, { place }),
  circles: (place: string) => get<{ circles: Circle[]; more: boolean }>(`${rows}/circles`, { place }),
  drawing: (place: string) => text(`${rows}/circles.svg?place=${encodeURIComponent(place)}`),
  figures: (place: string) => get<Figures>(`${rows}/figures`, { place }),
  table: (place: string, kind: string) =>
    blob(`catalog/exports?place=${encodeURIComponent(place)}&kind=${kind}&format=xlsx`),
  published: (place: string) => get<{ lists: Edition[] }>(lists, { place }).then((found) => found.lists),
  edition: (place: string, list: string, number: string) =>
    get<OneEdition>(`${lists}/${part(place)}/${part(list)}/editions/${part(number)}`),
  preview: (place: string, list: Published) => get<Preview>(`${lists}/${place}/${list}/preview`),
  async publish(place: string, list: Published, seen: string): Promise<Omit<Edition, "earlier">> {
    const call = { match: `"${seen}"`, key: newKey() }
    return (await (await send("POST", `${lists}/${place}/${list}/publication`, call)).json()) as Omit<Edition, "earlier">
  },
  commitments: (item_code: string) =>
    get<{ texts: CommitmentText[] }>("intake/commitment-texts", { item_code }).then((found) => found.texts),
}

/** Kind of the table in imports and exports. */
export const KINDS: Record<ListName, string> = {
  needed: "proofs-needed",
  issued: "proofs-issued",
  inspections: "inspections",
}

export function isInspection(record: Proof | Inspection): record is Inspection {
  return "inspection" in record || "training" in record || !("basis" in record)
}
