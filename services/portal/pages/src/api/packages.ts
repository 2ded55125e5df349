// Packages 一件事: composing them (staff), and what one person has to do (public).
import { address, get, post, put } from "./http"
import type { Limit } from "./types"

const part = encodeURIComponent
const at = (code: string) => `catalog/packages/${part(code)}`

export interface PackageTime {
  working_days: number
  calendar_days: number
  path?: string[]
}

export type Subject = "person" | "enterprise"

export interface PackageEntry {
  package_code: string
  name: string
  life_event: string
  subject: Subject
  place: string
  parts: number
  promised: PackageTime | null
  fee_fen: number
  sample: boolean
  state: string
  draft_state: string | null
  version: number
  revision: number
}

export interface DraftPart {
  item_code: string
  version?: number
  after: string[]
}

export interface DraftQuestion {
  question: string
  text: string
  options: { option: string; label: string; parts: string[] }[]
}

export interface PackageDraft {
  name: string
  life_event: string
  subject: Subject
  summary?: string
  parts: DraftPart[]
  questions: DraftQuestion[]
  sample?: boolean
}

export interface Part {
  item_code: string
  version: number
  name: string
  place_code: string
  after?: string[]
  promised: Limit
  statutory: Limit
  fee_fen?: number
  fee_text: string
  result?: string
}

export interface Need {
  item_code: string
  name: string
  copies?: number
  form?: string
  when?: { question: string; option: string }[]
}

export interface MergedMaterial {
  name: string
  copies?: number
  form?: string
  provided_by?: string[]
  licence_type?: string
  required?: boolean
  deferrable?: boolean
  by_commitment?: boolean
  made_by?: string
  needed_by: Need[]
}

export interface Question {
  question: string
  text: string
  options: { option: string; label: string; parts?: string[] }[]
}

export interface PackageRecord {
  name: string
  life_event: string
  subject: Subject
  summary?: string
  parts: Part[]
  form: { questions?: Question[] }
  materials: MergedMaterial[]
  promised: PackageTime
  statutory: PackageTime
  fee_fen?: number
  sample?: boolean
}

export interface PackageFinding {
  field: string
  rule: string
  severity: "error" | "warning"
  text: string
  source: string
  quote: string | null
}

export interface HeldItem {
  name: string
  place: string
  version: number | null
  newest: number | null
  stale: boolean
  withdrawn: string | null
}

export interface Derived {
  record: PackageRecord | null
  rows: string[][]
  /** SVG of the parts in their order. */
  drawing: string | null
  findings: PackageFinding[]
  items: Record<string, HeldItem>
}

export interface Ended {
  reason: string
  effective_to: string
  item_code: string | null
}

export interface DraftedPackage extends Derived {
  package_code: string
  place: string
  version: number
  state: string
  revision: number
  content: PackageDraft
  consents: { by: string; unit: string; at: string }[]
  returned: string | null
  withdrawn: Ended | null
}

export interface PublishedPackage {
  package_code: string
  place: string
  version: number
  effective_from: string
  state: string
  revision: number
  record: PackageRecord
  rows: string[][]
  withdrawn: Ended | null
  /** For staff. */
  draft_state?: string | null
  content?: PackageDraft
  items?: Record<string, HeldItem>
}

export interface PlannedPart extends Part {
  kind?: string
  handling?: string
  unit_name?: string
  accepting_places?: { name?: string; address: string; phone?: string; opening?: string }[]
  channels?: string[]
  online_depth?: string
  newest?: number
  withdrawn?: boolean
}

export interface Plan {
  parts: PlannedPart[]
  rows: string[][]
  questions: Question[]
  materials: MergedMaterial[]
  promised: PackageTime
  statutory: PackageTime
  fee_fen: number
}

export interface PackageState {
  package_code: string
  version: number
  state: string
  revision: number
}

interface PackageQuery extends Record<string, string | number | undefined> {
  q?: string
  place?: string
  subject?: string
  state?: string
  limit?: number
  cursor?: string
}

/** The chosen answers as the services take them, to be put behind an address. */
export function answersQuery(answers: Record<string, string>, version?: number): string {
  const query = new URLSearchParams(Object.entries(answers).map(([q, o]) => ["answer", `${q}:${o}`]))
  if (version) query.set("version", String(version))
  const text = query.toString()
  return text ? `?${text}` : ""
}

export const packages = {
  list: (query: PackageQuery) =>
    get<{ packages: PackageEntry[]; next_cursor: string | null }>("catalog/packages", query),
  read: (code: string, version?: number) => get<PublishedPackage>(at(code), { version }),
  draft: (code: string) => get<DraftedPackage>(at(code), { version: "draft" }),
  plan: (code: string, answers: Record<string, string>, version?: number) =>
    get<Plan>(`${at(code)}/plan${answersQuery(answers, version)}`),
  /** The address of a document, public like the package. */
  document: (code: string, what: "guide" | "guide.pdf" | "process.svg", answers: Record<string, string>) =>
    `${address(`${at(code)}/${what}`)}${answersQuery(answers)}`,
  preview: (place: string, draft: PackageDraft) =>
    post<Derived & { content: PackageDraft }>("catalog/packages/preview", { place, draft }),
  create: (place: string, draft: PackageDraft, key: string) =>
    post<DraftedPackage>("catalog/packages", { place, draft }, key),
  edit: (code: string, draft: PackageDraft, revision: number) =>
    put<DraftedPackage>(`${at(code)}/draft`, draft, `"${revision}"`),
  renew: (code: string) => post<DraftedPackage>(`${at(code)}/renew`, {}),
  sign: (code: string) => post<PackageState>(`${at(code)}/review`, {}),
  sendBack: (code: string, reason: string) =>
    post<PackageState>(`${at(code)}/review`, { outcome: "sent_back", reason }),
  publish: (code: string, effective_from?: string) =>
    post<PackageState>(`${at(code)}/publish`, effective_from ? { effective_from } : {}),
  withdraw: (code: string, reason: string) => post<PackageState>(`${at(code)}/withdraw`, { reason }),
}
