// What a place decides about its catalog: who signs drafts, which words the lint looks for; and tasks that stay.
import { get, put } from "./http"

export interface Versioned {
  place: string
  version: number
  effective_from: string | null
  /** The place above whose decision holds, or null for the own one. */
  inherited_from: string | null
  /** Nobody has decided: what comes with the product holds. */
  built_in?: boolean
  revision: number
}

export interface Rule {
  units: string[]
  approving_unit: string | null
}

export interface Decided {
  version: number
  effective_from: string
  by: string
  at: string
}

export interface ReviewRule extends Versioned, Rule {
  versions: (Decided & Rule)[]
}

export interface Phrase {
  phrase: string
  suggestion?: string | null
  source?: string | null
  licence_type?: string | null
  licence?: string | null
  area?: string | null
}

export const LIST_NAMES = ["catch-all", "vague", "risk-areas", "licences"] as const
export type ListName = (typeof LIST_NAMES)[number]

export interface WordList extends Versioned {
  name: ListName
  entries: Phrase[]
  versions: (Decided & { entries: Phrase[] })[]
}

export interface Task {
  item_code: string
  name: string
  place: string
  unit_name: string
  rule: string
  text: string
  source: string
  since: string
  state: string
}

const part = encodeURIComponent

/** The ETag of a decision; "0" is the first one. */
const tag = (revision: number) => `"${revision}"`

export const parameters = {
  rule: (place: string) => get<ReviewRule>(`catalog/review-rules/${part(place)}`),
  setRule: (place: string, body: Rule & { effective_from?: string }, revision: number) =>
    put<ReviewRule>(`catalog/review-rules/${part(place)}`, body, tag(revision)),
  lists: (place: string) => get<{ lists: WordList[] }>("catalog/word-lists", { place }),
  setList: (name: ListName, place: string, body: { entries: Phrase[]; effective_from?: string }, revision: number) =>
    put<WordList>(`catalog/word-lists/${name}/${part(place)}`, body, tag(revision)),
  tasks: (query: { place?: string; limit?: number; cursor?: string }) =>
    get<{ tasks: Task[]; next_cursor: string | null }>("catalog/tasks", query),
}
