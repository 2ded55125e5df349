// Tables in the form of 附件1–4: imports as jobs with a report by row, exports to print.
import { get, newKey, send, type Query } from "./http"

export const KINDS = ["items", "proofs-needed", "proofs-issued", "inspections"] as const
export type Kind = (typeof KINDS)[number]
export const MODES = ["good-rows", "whole-or-none", "check"] as const
export type Mode = (typeof MODES)[number]
export const FORMATS = ["xlsx", "docx", "csv"] as const
export type Format = (typeof FORMATS)[number]

/** How far an import is. */
export interface Job {
  import_id: string
  place: string
  kind: Kind
  mode: Mode
  file_name: string
  at: string
  finished_at: string | null
  run: number
  state: "queued" | "running" | "done" | "failed"
  checking: boolean
  rows_total: number
  rows_done: number
  created: number
  updated: number
  unchanged: number
  problems_total: number
  advice_total: number
  columns_missing: string[]
  columns_ignored: { column: string; nearest: string | null }[]
  sheets_passed_over: string[]
  filled_by: string | null
  filled_on: string | null
}

/** What is wrong with a cell: where, what, and what to write. */
export interface RowProblem {
  row: number
  column: string
  rule: string
  message: string
  fix: string
  found: string
  about: string
  sheet: string
}

export interface Report extends Job {
  problems: RowProblem[]
  advice: RowProblem[]
  items: string[]
  items_created: string[]
  items_updated: string[]
}

export const isOver = (job: Job) => job.state === "done" || job.state === "failed"

const at = (id: string) => `catalog/imports/${encodeURIComponent(id)}`

export const tables = {
  async begin(place: string, kind: Kind, mode: Mode, file: File): Promise<Job> {
    const form = new FormData()
    form.append("place", place)
    form.append("kind", kind)
    form.append("mode", mode)
    form.append("file", file)
    const answer = await send("POST", "catalog/imports", { form, key: newKey(), prefer: "respond-async" })
    return (await answer.json()) as Job
  },
  imports: (query: { place?: string; limit?: number; cursor?: string }) =>
    get<{ imports: Job[]; next_cursor: string | null }>("catalog/imports", query),
  progress: (id: string) => get<Job>(at(id), { rows: false }),
  report: (id: string) => get<Report>(at(id)),
  saveReport: (id: string, format: Format) => save(`${at(id)}/report`, { format }),
  saveTable: (query: { place: string; kind: Kind; format: Format; filled_by: string; contact: string }) =>
    save("catalog/exports", query),
}

/** Fetch a file with the token and hand it to the browser under the name that the service gives it. */
export async function save(path: string, query: Query): Promise<void> {
  const answer = await send("GET", path, { query })
  const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") ?? "")
  const link = document.createElement("a")
  link.href = URL.createObjectURL(await answer.blob())
  link.download = named?.[1] ? decodeURIComponent(named[1]) : "table"
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
