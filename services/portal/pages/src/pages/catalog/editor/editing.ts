// One draft being edited: the record as typed, what was read, findings, the copy kept in this browser.
import { computed, inject, type InjectionKey, onBeforeUnmount, provide, reactive, ref, shallowRef, watch } from "vue"
import { editing, type DraftItem, type DraftRecord } from "@/api/editing"
import { asProblem, type Problem } from "@/api/problem"
import { useErrors } from "@/session/errors"
import { useSession } from "@/session/session"
import { useLint } from "./linting"
import { at, cleaned, type Merge, merged, put, same } from "./record"

interface Kept {
  etag: string
  base: DraftRecord
  record: DraftRecord
  at: string
}

const KEEP_AFTER_MS = 600
const KEY: InjectionKey<Editor> = Symbol("editor")
export type Editor = ReturnType<typeof useEditor>

export function useEditor(code: string) {
  const session = useSession()
  const slot = `yichuang.item.${session.me?.sub ?? ""}.${code}`
  const errors = useErrors()
  const item = shallowRef<DraftItem | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const loading = ref(false)
  const saving = ref(false)
  const savedAt = ref<string | null>(null)
  const restoredFrom = ref<string | null>(null)
  const merge = shallowRef<Merge | null>(null)
  const draft = reactive<{ record: DraftRecord }>({ record: {} as DraftRecord })
  let base = {} as DraftRecord
  let etag = ""

  const lint = useLint(code, () => draft.record)
  const changed = ref(false)
  let timer: ReturnType<typeof setTimeout> | null = null
  watch(
    () => draft.record,
    () => {
      if (timer) clearTimeout(timer)
      timer = setTimeout(keep, KEEP_AFTER_MS)
      if (item.value) lint.soon()
    },
    { deep: true },
  )
  onBeforeUnmount(() => {
    keep()
    lint.stop()
  })

  function keep(): void {
    if (timer) clearTimeout(timer)
    timer = null
    if (item.value === null) return
    changed.value = !same(cleaned(draft.record), cleaned(base))
    if (!changed.value) return localStorage.removeItem(slot)
    const kept: Kept = { etag, base, record: draft.record, at: new Date().toISOString() }
    localStorage.setItem(slot, JSON.stringify(kept))
  }

  function kept(): Kept | null {
    try {
      return JSON.parse(localStorage.getItem(slot) ?? "null") as Kept | null
    } catch {
      return null
    }
  }

  function take(found: { item: DraftItem; etag: string }): void {
    item.value = found.item
    etag = found.etag
    base = found.item.record
  }

  async function load(): Promise<void> {
    loading.value = true
    try {
      take(await editing.draft(code))
      const before = kept()
      if (before === null) show(base)
      else if (before.etag === etag) {
        restoredFrom.value = before.at
        show(before.record)
      } else {
        restoredFrom.value = before.at
        join(before.base, before.record)
      }
      keep()
      problem.value = null
      await lint.check()
    } catch (error) {
      problem.value = asProblem(error)
    } finally {
      loading.value = false
    }
  }

  const show = (record: DraftRecord) => {
    draft.record = JSON.parse(JSON.stringify(record)) as DraftRecord
  }

  /** Somebody else saved since this edit began: both edits in one, and what to look at. */
  function join(before: DraftRecord, mine: DraftRecord): void {
    const both = merged(cleaned(before), cleaned(mine), cleaned(base))
    show(both.record)
    merge.value = both.taken.length || both.clashes.length ? both : null
  }

  async function save(): Promise<boolean> {
    saving.value = true
    try {
      const sent = cleaned(draft.record)
      await editing.save(code, sent, etag)
      const mine = JSON.stringify(draft.record)
      take(await editing.draft(code))
      // What was typed while the answer was on its way stays; it is saved with the next one.
      if (same(cleaned(JSON.parse(mine) as DraftRecord), cleaned(draft.record))) show(base)
      merge.value = null
      restoredFrom.value = null
      savedAt.value = new Date().toISOString()
      errors.clear()
      keep()
      await lint.check()
      return true
    } catch (error) {
      if (asProblem(error).status === 412) await meet()
      else errors.refuse(error)
      return false
    } finally {
      saving.value = false
    }
  }

  async function meet(): Promise<void> {
    const before = base
    try {
      take(await editing.draft(code))
      join(before, draft.record)
      keep()
    } catch (error) {
      errors.refuse(error)
    }
  }

  /** Back to what is stored. */
  function discard(): void {
    merge.value = null
    restoredFrom.value = null
    errors.clear()
    show(base)
    keep()
  }

  function choose(path: string, value: unknown): void {
    put(draft.record, path, value)
    if (!merge.value) return
    const clashes = merge.value.clashes.filter((clash) => clash.path !== path)
    merge.value = { ...merge.value, clashes }
  }

  /** After an act that left the record alone: its new ETag, and the findings. */
  async function refresh(): Promise<void> {
    take(await editing.draft(code))
    keep()
    await lint.check()
  }

  const mayEdit = computed(() => session.me?.roles.includes("editor") ?? false)
  const open = computed(() => lint.findings.value.filter((found) => found.severity === "error" && !found.waived))
  const record = computed(() => draft.record)
  const editor = {
    code, item, record, problem, loading, saving, savedAt, restoredFrom, merge, findings: lint.findings, open, changed, errors,
    mayEdit, load, save, discard, choose, refresh, keep,
  }
  provide(KEY, editor)
  return editor
}

export function useOpenEditor(): Editor {
  const editor = inject(KEY)
  if (!editor) throw new Error("no record is being edited here")
  return editor
}

/** The value of one field, to be bound to a control. */
export function useField<T>(path: () => string) {
  const { record } = useOpenEditor()
  return computed<T>({
    get: () => at(record.value, path()) as T,
    set: (value) => put(record.value, path(), value),
  })
}
