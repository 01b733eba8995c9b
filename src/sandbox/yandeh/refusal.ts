/** An answer that is not 200, with its body. */
export class Refusal extends Error {
  readonly status: number
  readonly body: unknown

  constructor(status: number, body: unknown) {
    super(String(status))
    this.status = status
    this.body = body
  }
}

/** The seed's error: `data` is text, or an empty object. */
export const refused = (message: string, data: unknown) => new Refusal(422, { detail: { success: false, message }, data })

/** assumed: the framework's own refusal, in the form that the wording of the seed points to. */
export const invalid = (place: 'query' | 'body', name: string, msg: string) =>
  new Refusal(422, { detail: [{ loc: [place, name], msg, type: 'value_error' }] })

/** assumed, likewise. */
export const plain = (status: number, detail: string) => new Refusal(status, { detail })
