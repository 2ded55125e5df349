// The lint of the record while it is being written: asked again shortly after the last change.
import { computed, shallowRef } from "vue"
import { editing, type DraftRecord, type Finding } from "@/api/editing"
import { asProblem } from "@/api/problem"
import { at, cleaned, pruned, same } from "./record"

const AFTER_MS = 700

export function useLint(code: string, record: () => DraftRecord) {
  const linted = shallowRef<{ record: DraftRecord; found: Finding[] }>({ record: {} as DraftRecord, found: [] })
  let timer: ReturnType<typeof setTimeout> | null = null
  let turn = 0

  async function check(): Promise<void> {
    stop()
    const mine = ++turn
    const written = cleaned(record())
    const found = await editing.check(code, written)
    if (mine === turn) linted.value = { record: written, found }
  }

  /** A row that is not complete yet is no record to look at; the last findings stay until it is. */
  async function checkIfComplete(): Promise<void> {
    try {
      await check()
    } catch (error) {
      if (asProblem(error).status !== 422 && !asProblem(error).away) throw error
    }
  }

  function soon(): void {
    stop()
    timer = setTimeout(() => void checkIfComplete(), AFTER_MS)
  }

  function stop(): void {
    if (timer) clearTimeout(timer)
    timer = null
  }

  /** What was found, without what has been changed since. */
  const findings = computed(() => linted.value.found.filter((found) => !touched(found)))
  function touched({ field }: Finding): boolean {
    const row = /^(\w+\.\d+)\./.exec(field)?.[1] ?? field
    return Boolean(field) && !same(pruned(at(linted.value.record, row)), pruned(at(record(), row)))
  }

  return { findings, check: checkIfComplete, soon, stop }
}
