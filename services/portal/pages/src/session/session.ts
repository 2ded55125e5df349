// Who is signed in and what that person may open; the services check every act again.
import { defineStore } from "pinia"
import { computed, ref } from "vue"
import { portal } from "@/api/services"
import { forget, mayBeSignedIn, signInWith, whenSignInIsLost } from "@/api/token"
import type { Me } from "@/api/types"

export type Area = "citizen" | "window" | "approval" | "catalog" | "figures" | "live" | "agency" | "client" | "operations"

const AREAS: Record<Area, string[]> = {
  citizen: ["citizen", "applicant"],
  window: ["clerk", "agent"],
  approval: ["reviewer", "chief"],
  catalog: ["editor", "catalog-approver"],
  figures: ["supervisor", "operator", "regulator", "chief"],
  live: ["supervisor", "operator"],
  agency: ["agency"],
  /** Who opens selections in the marketplace. */
  client: ["citizen", "applicant", "editor"],
  operations: ["operator"],
}

/** Areas of those who do not work for a hall. */
const PUBLIC: Area[] = ["citizen", "agency", "client"]

export const useSession = defineStore("session", () => {
  const me = ref<Me | null>(null)
  let loading: Promise<void> | null = null

  whenSignInIsLost(() => {
    me.value = null
  })

  async function load(): Promise<void> {
    if (me.value !== null || !mayBeSignedIn()) return
    loading ??= portal
      .me()
      .then((found) => {
        me.value = found
      })
      .catch(() => undefined)
      .finally(() => {
        loading = null
      })
    await loading
  }

  async function signIn(username: string, password: string): Promise<void> {
    await signInWith(username, password)
    me.value = await portal.me()
  }

  function signOut(): void {
    forget()
    me.value = null
  }

  const areas = computed(() => {
    const roles = me.value?.roles ?? []
    return (Object.keys(AREAS) as Area[]).filter((area) => AREAS[area].some((role) => roles.includes(role)))
  })
  const isStaff = computed(() => areas.value.some((area) => !PUBLIC.includes(area)))
  const may = (area: Area) => areas.value.includes(area)

  return { me, areas, isStaff, may, load, signIn, signOut }
})
