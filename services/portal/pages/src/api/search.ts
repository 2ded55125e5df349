// Finding items as people type; the everyday words that editors keep.
import { get, put } from "./http"
import type { ItemEntry } from "./types"

/** Why an entry was found; `ranges` are [start, end) of its name. */
export interface Matched {
  why: "name" | "pinyin" | "initials" | "synonym" | "detail" | "sound" | "similar"
  ranges: [number, number][]
  word?: string | null
  detail?: string | null
}

export type FoundItem = ItemEntry & { matched?: Matched }

export interface FoundItems {
  items: FoundItem[]
  next_cursor: string | null
  /** What was probably meant, where nothing has exactly what was typed. */
  did_you_mean?: string
  /** Where nothing was found: what comes nearest. */
  near?: FoundItem[]
}

export interface Suggestion {
  text: string
  matched: Matched
  item_code?: string | null
  /** Of an everyday word: the words of item names that it stands for. */
  terms?: string[]
}

export interface Synonym {
  word: string
  terms: string[]
}

export interface Synonyms {
  place: string
  revision: number
  own: Synonym[]
  in_force: (Synonym & { place: string; unknown: string[] })[]
}

export interface SynonymChange {
  at: string
  actor: { officer_id?: string }
  act: "listed" | "altered"
  words?: number
  set?: Record<string, string[]>
  removed?: string[]
}

export const search = {
  items: (query: { q?: string; place?: string; kind?: string; limit?: number; cursor?: string }) =>
    get<FoundItems>("catalog/items", query),
  suggestions: (query: { q: string; place?: string }, signal?: AbortSignal) =>
    get<{ suggestions: Suggestion[] }>("catalog/suggestions", query, signal),
  synonyms: (place: string) => get<Synonyms>("catalog/synonyms", { place }),
  setSynonyms: (place: string, words: Synonym[], revision: number) =>
    put<unknown>(`catalog/synonyms?place=${place}`, { words }, revision ? `"${revision}"` : undefined),
  synonymHistory: (place: string) => get<{ history: SynonymChange[] }>("catalog/synonyms/history", { place }),
}
