// Chinese comes with the pages; English is fetched when somebody asks for it.
import { createI18n } from "vue-i18n"
import zh from "./zh-CN"

export type Language = "zh-CN" | "en"

export const i18n = createI18n({
  legacy: false,
  locale: "zh-CN" as string,
  fallbackLocale: "zh-CN",
  messages: { "zh-CN": zh } as Record<string, typeof zh>,
})

export async function setLanguage(language: Language): Promise<void> {
  if (language === "en") i18n.global.setLocaleMessage("en", (await import("./en")).default)
  i18n.global.locale.value = language
}
