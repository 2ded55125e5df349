// An application begun in this browser. The identity number never leaves memory; the rest survives a reload.
import { defineStore } from "pinia"
import { reactive, watch } from "vue"
import { newKey } from "@/api/http"

export type Way = "paper" | "file" | "licence" | "commitment" | "deferred" | "none"

export interface Provided {
  way: Way | ""
  file_id: string
  filename: string
  licence_no: string
}

export interface Draft {
  key: string
  name: string
  id_type: string
  id_number: string
  phone: string
  situation: Record<string, string>
  materials: Record<string, Provided>
}

const KEPT = "yichuang.draft"

function empty(): Draft {
  return { key: newKey(), name: "", id_type: "citizen", id_number: "", phone: "", situation: {}, materials: {} }
}

function kept(slot: string): Draft {
  try {
    const found = JSON.parse(sessionStorage.getItem(slot) ?? "{}") as Partial<Draft>
    return { ...empty(), ...found, id_number: "" }
  } catch {
    return empty()
  }
}

export const useDrafts = defineStore("drafts", () => {
  const open = new Map<string, Draft>()

  function draftOf(sub: string, item: string): Draft {
    const slot = `${KEPT}.${sub}.${item}`
    const known = open.get(slot)
    if (known) return known
    const draft = reactive(kept(slot))
    open.set(slot, draft)
    watch(draft, (now) => sessionStorage.setItem(slot, JSON.stringify({ ...now, id_number: "" })))
    return draft
  }

  function drop(sub: string, item: string): void {
    const slot = `${KEPT}.${sub}.${item}`
    open.delete(slot)
    sessionStorage.removeItem(slot)
  }

  function dropAll(): void {
    open.clear()
    Object.keys(sessionStorage)
      .filter((slot) => slot.startsWith(KEPT))
      .forEach((slot) => sessionStorage.removeItem(slot))
  }

  return { draftOf, drop, dropAll }
})

/** The material as the service takes it, or null where nothing is provided yet. */
export function given(name: string, p: Provided) {
  // On paper, at the window: named and nothing more.
  if (p.way === "paper") return { name }
  if (p.way === "file" && p.file_id) return { name, file_id: p.file_id }
  if (p.way === "licence" && p.licence_no) return { name, licence_no: p.licence_no }
  if (p.way === "commitment") return { name, commitment: true }
  if (p.way === "deferred") return { name, deferred: true }
  return null
}
