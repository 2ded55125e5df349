// The lists of reach: 零跑腿, 只跑一次, 可办, 全程网办, 预审.
import { get } from "./http"

export const LISTS = ["no_visit", "one_visit", "apply", "full", "pre_review"] as const
export type ReachList = (typeof LISTS)[number]

export interface Count {
  items: number
  of: number
  share: number | null
}

export interface Target extends Count {
  list: ReachList
  text: string
  source: string
  goal: number
  met: boolean | null
}

export interface ReachFigures {
  items: number
  lists: Record<ReachList, Count>
  targets: Target[]
}

export interface Reach extends ReachFigures {
  place: string
  as_of: string
  places: (ReachFigures & { place: string; name: string })[]
}

export interface ReachItem {
  item_code: string
  place: string
  name: string
  kind: string
  unit_name: string
  online_depth: string
  visits: number
  sample: boolean
}

export const reach = {
  figures: (place: string) => get<Reach>("catalog/reach", { place }),
  items: (query: { list: string; place?: string; kind?: string; limit?: number; cursor?: string }) =>
    get<{ items: ReachItem[]; next_cursor: string | null }>("catalog/reach/items", query),
}
