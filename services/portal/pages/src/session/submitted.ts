// The answer to the last submission, for the confirmation page; a reload asks the service instead.
import { defineStore } from "pinia"
import { shallowRef } from "vue"
import type { Submitted } from "@/api/types"

export const useSubmitted = defineStore("submitted", () => {
  const last = shallowRef<Submitted | null>(null)
  const keep = (answer: Submitted) => {
    last.value = answer
  }
  return { last, keep }
})
