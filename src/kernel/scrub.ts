// Takes out of a text what must not be in a log or a problem: tokens, tax ids, e-mails, phones and control characters.
// Logs carry allow-listed members only; this is the second fence, for texts that others wrote.

const SECRETS: readonly [RegExp, string][] = [
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[e-mail]'],
  [/eyJ[\w-]+\.[\w-]+\.[\w+/=-]*/g, '[token]'],
  [/\b[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}\/?[0-9A-Z]{4}-?\d{2}\b/g, '[tax id]'],
  [/\b\d{3}\.?\d{3}\.?\d{3}-?\d{2}\b/g, '[tax id]'],
  [/[\w+/=-]{32,}/g, '[secret]'],
  [/\+?\d[\d ()-]{8,}\d/g, '[number]'],
]

const UNPRINTABLE = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

export function scrubbed(text: string, maxLength: number): string {
  let clean = text.slice(0, 4_000).replace(UNPRINTABLE, ' ')
  for (const [pattern, name] of SECRETS) clean = clean.replace(pattern, name)
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1)}…` : clean
}
