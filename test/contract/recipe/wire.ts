/** A customer, as the shop sends it. */
export interface Cliente {
  codigo?: unknown
  nome?: unknown
  /** CPF or CNPJ, with its punctuation. */
  documento?: unknown
  email?: unknown
  telefone?: unknown
  cidade?: unknown
  uf?: unknown
  /** Everything it was told of. */
  observacao?: unknown
}
