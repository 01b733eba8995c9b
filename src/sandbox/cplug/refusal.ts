/** What is wrong with one member of a body or one parameter of a query. */
export interface Wrong {
  field: string
  type: string
}

/** An answer that is no success. */
export class Refusal extends Error {
  readonly status: number
  readonly body: Record<string, unknown>

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body.message ?? status))
    this.status = status
    this.body = body
  }
}

export const missingHeaders = (names: string[]) =>
  new Refusal(400, { code: 'missing_headers', message: 'Os headers obrigatórios não foram enviados.', meta: names })

export const unprocessable = (wrong: Wrong[]) =>
  new Refusal(422, {
    code: 'uneditable_entity',
    message: 'Os dados enviados são inválidos.',
    meta: wrong.map(({ field, type }) => ({ field, validations: [{ type, value: [] }] })),
  })

/** assumed: 401, 404 and 429 have no body in the documentation. */
export const plain = (status: number, message: string) => new Refusal(status, { message })
