// Reads something and keeps what the page must show meanwhile: loading, the refusal, the data.
import { type Ref, ref, shallowRef } from "vue"
import { asProblem, type Problem } from "@/api/problem"

export interface Load<T> {
  data: Ref<T | null>
  problem: Ref<Problem | null>
  loading: Ref<boolean>
  reload: () => Promise<void>
  /** Read for another subject: what was read of the last one is not shown, nor written over, meanwhile. */
  restart: () => Promise<void>
}

export function useLoad<T>(read: () => Promise<T>): Load<T> {
  const data = shallowRef<T | null>(null) as Ref<T | null>
  const problem = shallowRef<Problem | null>(null) as Ref<Problem | null>
  const loading = ref(false)
  let turn = 0

  async function reload(): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      const found = await read()
      if (mine !== turn) return
      data.value = found
      problem.value = null
    } catch (error) {
      if (mine === turn) problem.value = asProblem(error)
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  function restart(): Promise<void> {
    data.value = null
    problem.value = null
    return reload()
  }

  return { data, problem, loading, reload, restart }
}
