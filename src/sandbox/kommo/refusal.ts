/** One thing that is wrong with a body: where, and Kommo's code for it. */
export interface Flaw {
  path: string
  code: string
  detail: string
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
}

/** An answer that is no success. */
export class Refusal extends Error {
  readonly status: number
  readonly body: Record<string, unknown>

  constructor(status: number, detail: string, rest: Record<string, unknown> = {}) {
    super(detail)
    this.status = status
    this.body = { title: TITLES[status] ?? 'Error', type: `https://httpstatus.es/${status}`, status, detail, ...rest }
  }
}

/** What a body that is wrong gets (KHTTP). */
export const invalid = (flaws: readonly Flaw[], requestId = '0') =>
  new Refusal(400, 'Request validation failed', {
    'validation-errors': [{ request_id: requestId, errors: flaws.map(({ code, path, detail }) => ({ code, path, detail })) }],
  })
