// The calls the pages make, one function each, grouped by the service that answers.
import { blob, get, newKey, post, send } from "./http"
import type * as T from "./types"

const part = encodeURIComponent

export const portal = {
  me: () => get<T.Me>("me"),
  settings: () => get<T.PublicSettings>("public/settings"),
}

export const catalog = {
  places: () => get<{ entries: T.Place[] }>("catalog/places").then((found) => found.entries),
  items: (query: { q?: string; place?: string; kind?: string; limit?: number; cursor?: string }) =>
    get<{ items: T.ItemEntry[]; next_cursor: string | null }>("catalog/items", query),
  /** The version in force, or the one given (that a case was handed in under). */
  item: (code: string, version?: number) => get<T.Item>(`catalog/items/${part(code)}`, { version }),
  guidePdf: (code: string, version?: number) =>
    blob(`catalog/items/${part(code)}/guide.pdf${version ? `?version=${version}` : ""}`),
}

export const intake = {
  submit: (body: T.Submission, key: string) => post<T.Submitted>("intake/cases", body, key),
  cases: (query: { state?: string; limit?: number; cursor?: string }) =>
    get<{ cases: T.CaseEntry[]; next_cursor: string | null }>("intake/cases", query),
  case: (no: string) => get<T.IntakeCase>(`intake/cases/${part(no)}`),
  /** The applicant in clear; who read it and why stays in the case's history. */
  applicant: (no: string, reason: string) => get<T.Person>(`intake/cases/${part(no)}/applicant`, { reason }),
  progress: (case_no: string, id_tail: string) => get<T.Progress>("intake/progress", { case_no, id_tail }),
  accept: (no: string) => post<T.Submitted>(`intake/cases/${part(no)}/acceptance`, {}),
  correct: (no: string, missing: T.Missing[]) =>
    post<T.Submitted>(`intake/cases/${part(no)}/correction`, { missing }),
  refuse: (no: string, reason: string, remedies: string) =>
    post<T.Submitted>(`intake/cases/${part(no)}/refusal`, { reason, remedies }),
  supplement: (no: string, materials: T.GivenMaterial[]) =>
    post<T.Submitted>(`intake/cases/${part(no)}/materials`, { materials }),
  withdraw: (no: string, reason: string) => post<unknown>(`intake/cases/${part(no)}/withdrawal`, { reason }),
  async upload(file: File): Promise<{ file_id: string; sha256: string }> {
    const form = new FormData()
    form.append("file", file)
    const answer = await send("POST", "intake/files", { form, key: newKey() })
    return (await answer.json()) as { file_id: string; sha256: string }
  },
}

export const approval = {
  cases: (query: { state?: string; unit?: string; due_before?: string; limit?: number; cursor?: string }) =>
    get<{ cases: T.WorkEntry[]; next_cursor: string | null }>("approval/cases", query),
  case: (no: string) => get<T.Dossier>(`approval/cases/${part(no)}`),
  decide: (no: string, body: { outcome: "granted" | "refused"; reason: string; remedies?: string }) =>
    post<unknown>(`approval/cases/${part(no)}/decision`, body),
  pause: (no: string, body: { step: string; planned_end: string }) =>
    post<unknown>(`approval/cases/${part(no)}/pause`, body),
  resume: (no: string) => post<unknown>(`approval/cases/${part(no)}/resume`, {}),
  extend: (no: string, body: { reason: string }) => post<unknown>(`approval/cases/${part(no)}/extension`, body),
  dueDate: (query: { accepted_on: string; limit: number; unit: string; place: string }) =>
    get<T.DueDate>("approval/due-date", query),
}

export const notify = {
  notices: (no: string) => get<T.Notice[]>(`notify/cases/${part(no)}/notices`),
}

export const evaluation = {
  rate: (no: string, body: { grade: number; reasons: string[]; comment: string | null; channel: string }) =>
    post<unknown>(`evaluation/cases/${part(no)}/rating`, body),
  rating: (no: string) => get<T.Rating>(`evaluation/cases/${part(no)}/rating`),
  figures: (query: { place?: string; from?: string; to?: string; by?: string }) =>
    get<T.Figures>("evaluation/figures", query),
}
