// The last four stay in memory: they belong in no address and in no history.
import { defineStore } from "pinia"
import { ref } from "vue"

export const useTrack = defineStore("track", () => {
  const caseNo = ref("")
  const tail = ref("")

  function ask(no: string, last: string): void {
    caseNo.value = no
    tail.value = last
  }

  return { caseNo, tail, ask }
})
