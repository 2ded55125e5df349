// A package as it is being composed: read, changed, looked at, kept.
import { computed, ref, shallowRef, watch } from "vue"
import { asProblem } from "@/api/problem"
import {
  type Derived,
  type DraftedPackage,
  type PackageDraft,
  type PublishedPackage,
  packages,
} from "@/api/packages"
import { useErrors } from "@/session/errors"

/** Milliseconds without typing before the lists are merged anew. */
const PAUSE = 350

export const EMPTY: PackageDraft = { name: "", life_event: "", subject: "person", parts: [], questions: [] }

/** What can be merged while it is still being written: half a question is left out, a name may come later. */
function mergeable(draft: PackageDraft): PackageDraft {
  return {
    ...cleaned(draft),
    name: draft.name.trim() || "—",
    life_event: draft.life_event.trim() || "—",
    questions: draft.questions.filter((q) => q.text.trim() && q.options.every((o) => o.label.trim())),
  }
}

/** A package that was never published is read as its draft. */
function isDrafted(found: DraftedPackage | PublishedPackage): found is DraftedPackage {
  return "findings" in found
}

function cleaned(draft: PackageDraft): PackageDraft {
  return { ...draft, summary: draft.summary?.trim() || undefined }
}

export function useComposing() {
  const content = ref<PackageDraft>(structuredClone(EMPTY))
  const place = ref("")
  const stored = shallowRef<DraftedPackage | PublishedPackage | null>(null)
  const draft = shallowRef<DraftedPackage | null>(null)
  const merged = shallowRef<Derived | null>(null)
  const saved = ref(JSON.stringify(EMPTY))
  const errors = useErrors()
  const edited = computed(() => JSON.stringify(content.value) !== saved.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  function take(found: PackageDraft): void {
    content.value = structuredClone({ ...found, questions: found.questions ?? [] })
    for (const part of content.value.parts) part.after ??= []
    for (const question of content.value.questions) for (const option of question.options) option.parts ??= []
    saved.value = JSON.stringify(content.value)
  }

  async function load(code: string): Promise<void> {
    const shown: DraftedPackage | PublishedPackage = await packages.read(code)
    stored.value = shown
    draft.value =
      isDrafted(shown) ? shown : shown.draft_state ? await packages.draft(code) : null
    place.value = shown.place
    const found = draft.value?.content ?? shown.content
    if (found) take(found)
    await merge()
  }

  async function merge(): Promise<void> {
    if (!place.value) return
    const mine = ++turn
    try {
      const found = await packages.preview(place.value, mergeable(content.value))
      if (mine === turn) merged.value = found
    } catch (error) {
      if (mine === turn) errors.refuse(error)
    }
  }

  watch(
    [content, place],
    () => {
      clearTimeout(timer)
      timer = setTimeout(merge, PAUSE)
    },
    { deep: true },
  )

  /** Keeps the draft; the code of a new package, or null where it was refused. */
  async function save(code: string | undefined, key: string): Promise<string | null> {
    try {
      const body = cleaned(content.value)
      const kept = code
        ? await packages.edit(code, body, stored.value?.revision ?? 0)
        : await packages.create(place.value, body, key)
      errors.clear()
      stored.value = draft.value = kept
      take(kept.content)
      merged.value = kept
      return kept.package_code
    } catch (error) {
      errors.refuse(asProblem(error), (field) => field.replace(/^draft\./, ""))
      return null
    }
  }

  return { content, place, stored, draft, merged, edited, errors, load, save }
}
