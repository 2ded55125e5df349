// A slip of the finger is told at the field, before anything is sent. The service checks all of it again.

const CITIZEN_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** GB 11643: the last character of a citizen number follows from the other seventeen. */
export function isCitizenNumber(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false
  const sum = CITIZEN_WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[i]), 0)
  return "10X98765432"[sum % 11] === text[17]
}

/** GB 32100: the same for a unified social credit code. */
export function isCreditCode(text: string): boolean {
  const values = Array.from(text, (c) => CREDIT_ALPHABET.indexOf(c))
  if (values.length !== 18 || values.includes(-1)) return false
  const sum = CREDIT_WEIGHTS.reduce((total, weight, i) => total + weight * (values[i] ?? 0), 0)
  return (31 - (sum % 31)) % 31 === values[17]
}

/** The key of the message for a number that cannot be right, or null. */
export function wrongNumber(type: string, text: string): string | null {
  if (!text) return "error.idMissing"
  if (type === "citizen" && !isCitizenNumber(text)) return "error.idCitizen"
  if (type === "uscc" && !isCreditCode(text)) return "error.idCredit"
  return null
}
