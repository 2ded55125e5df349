// A list that is read page by page: the first page afresh, the following ones on demand.
import { type ComputedRef, computed, type Ref, ref, shallowRef } from "vue"
import type { Problem } from "@/api/problem"
import { useLoad } from "./loading"

export interface Paged {
  next_cursor: string | null
}

export interface Pages<T> {
  rows: ComputedRef<T[]>
  /** Whether a first page has been read. */
  ready: ComputedRef<boolean>
  /** How many pages follow the first one on the screen; a live list must not throw them away. */
  further: ComputedRef<number>
  hasMore: ComputedRef<boolean>
  problem: Ref<Problem | null>
  loading: Ref<boolean>
  loadingMore: Ref<boolean>
  reload: () => Promise<void>
  more: () => Promise<void>
}

/** `read` asks for the page after a cursor, `rowsOf` finds the rows in the answer. */
export function usePages<P extends Paged, T>(
  read: (cursor: string | undefined) => Promise<P>,
  rowsOf: (page: P) => T[],
): Pages<T> {
  const cursor = ref<string | null>(null)
  const following = shallowRef<T[][]>([])
  const first = useLoad(async () => {
    const page = await read(undefined)
    following.value = []
    cursor.value = page.next_cursor
    return rowsOf(page)
  })
  const next = useLoad(async () => {
    const after = cursor.value
    const page = await read(after ?? undefined)
    // A filter that changed meanwhile has begun another list.
    if (after === cursor.value) {
      following.value = [...following.value, rowsOf(page)]
      cursor.value = page.next_cursor
    }
    return page
  })

  return {
    rows: computed(() => [...(first.data.value ?? []), ...following.value.flat()]),
    ready: computed(() => first.data.value !== null),
    further: computed(() => following.value.length),
    hasMore: computed(() => cursor.value !== null),
    problem: computed(() => first.problem.value ?? next.problem.value),
    loading: first.loading,
    loadingMore: next.loading,
    reload: first.reload,
    more: next.reload,
  }
}
