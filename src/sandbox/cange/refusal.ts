/** An answer that is not 200. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string | undefined

  constructor(status: number, message: string, code?: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The vendor's error body (C3). */
export const refusalBody = ({ message, code }: Refusal) => ({ status: 'error', message, ...(code && { complement: { code } }) })

/** The vendor says the same where something is missing and where the user may not see it (C3). */
export const noAccess = (what: 'cadastro' | 'fluxo' | 'registro' | 'cartão') =>
  new Refusal(
    404,
    `Parâmetro inválido! Não foi possivel encontrar o ${what} ou você não possuí acesso para realizar esta ação!`,
    what === 'cartão' ? 'CARD_NOT_FOUND' : undefined,
  )
