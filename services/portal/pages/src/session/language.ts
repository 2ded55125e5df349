// Texts that a service gave are in the language of the time; another language asks for them again.
import { watch } from "vue"
import { usePreferences } from "./preferences"

/** After the page itself has changed its language, so that the next call asks in the new one. */
export function whenLanguageChanges(act: () => unknown): void {
  const preferences = usePreferences()
  watch(() => preferences.language, act, { flush: "post" })
}
