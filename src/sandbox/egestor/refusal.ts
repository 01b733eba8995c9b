/** An answer that is not 200. */
export class Refusal extends Error {
  readonly status: number
  readonly fields: string[] | null

  constructor(status: number, message: string, fields: string[] | null = null) {
    super(message)
    this.status = status
    this.fields = fields
  }
}

/** The vendor's error body (seed). `errFields` as a list of names is public field evidence; 422 and 429 texts are assumed. */
export function refusalBody(refusal: Refusal): Record<string, unknown> {
  return { errCode: refusal.status, errMsg: refusal.message, errObs: null, errFields: refusal.fields }
}
