import type { ErrorMessage } from '../../kernel/adapter.ts'

interface Detail {
  success?: unknown
  message?: unknown
}

interface ErrorBody {
  detail?: unknown
  data?: unknown
  mensagem?: unknown
  message?: unknown
}

const isEmptyObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0

const asText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** The kind of refusal, which only the words tell: both of the seed's come with status 422. */
function codeOf(message: string | undefined, data: unknown): string | undefined {
  // assumed: what the framework says where there is no such path, as a wrong one in the settings; the wording of 422s points to FastAPI.
  if (message === 'Not Found') return 'no_route'
  if (message === undefined) return isEmptyObject(data) ? 'not_found' : undefined
  if (/n[ãa]o encontrad[oa]/i.test(message)) return 'not_found'
  return /j[áa] possui o status/i.test(message) ? 'same_status' : undefined
}

/** `detail` is {success, message} (seed); assumed: the framework's own errors have a list of {msg} there, or text. */
function messageOf(detail: unknown): string | undefined {
  if (Array.isArray(detail)) return asText(detail.flatMap((flaw) => asText((flaw as { msg?: unknown } | null)?.msg) ?? []).join('; '))
  return typeof detail === 'object' && detail !== null ? asText((detail as Detail).message) : asText(detail)
}

export function errorMessage(body: unknown): ErrorMessage {
  const { detail, data, mensagem, message } = (typeof body === 'object' && body !== null ? body : {}) as ErrorBody
  // Where `data` is text it says more than the message (seed).
  const said = asText(data) ?? messageOf(detail) ?? asText(mensagem) ?? asText(message)
  // assumed: success false is a failure whatever the status.
  const failed = typeof detail === 'object' && detail !== null && (detail as Detail).success === false
  return { code: codeOf(said, data), message: said, failed }
}
