// What a visitor chose for this browser: language, large type, place. Kept between visits; nothing personal.
import { defineStore } from "pinia"
import { ref, watchEffect } from "vue"
import { type Language, setLanguage } from "@/i18n"

const KEPT = "yichuang.preferences"

interface Kept {
  language: Language
  large: boolean
  place: string
}

function kept(): Partial<Kept> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Kept>
  } catch {
    return {}
  }
}

export const usePreferences = defineStore("preferences", () => {
  const before = kept()
  const language = ref<Language>(before.language === "en" ? "en" : "zh-CN")
  const large = ref(before.large === true)
  const place = ref(before.place ?? "")

  watchEffect(() => {
    document.documentElement.lang = language.value
    document.documentElement.dataset["size"] = large.value ? "large" : "normal"
    void setLanguage(language.value)
    const now: Kept = { language: language.value, large: large.value, place: place.value }
    localStorage.setItem(KEPT, JSON.stringify(now))
  })

  return { language, large, place }
})
