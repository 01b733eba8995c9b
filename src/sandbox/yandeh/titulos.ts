import { assertKnown, type Call, cut, wholeNumber } from './endpoint.ts'

/** Text: the digits of a barcode are an integer by Y6, which JSON.stringify cannot write. */
export function listTitulos({ account, query, traps }: Call): string {
  assertKnown(query, ['pagina', 'por_pagina', 'numero_pedido', 'numero_nota', 'cnpj'])
  const asked = (name: string, value: unknown) => !query.has(name) || query.getAll(name).includes(String(value))
  const rows = account.titulos.filter(
    (titulo) =>
      asked('numero_pedido', titulo.numero_pedido) && asked('numero_nota', titulo.numero_nota_fiscal) && asked('cnpj', titulo.cnpj_cliente),
  )
  const size = wholeNumber(query, 'por_pagina', 50)
  const page = wholeNumber(query, 'pagina', 1)
  const data = cut(rows, page, size)
  const body =
    traps.titlesEnvelope === 'content'
      ? { content: data }
      : {
          detail: { success: true, message: 'Títulos listados com sucesso.' },
          data,
          pagina: page,
          por_pagina: size,
          total_paginas: Math.ceil(rows.length / size),
        }
  return JSON.stringify(body).replace(/"codigo_barras":"(\d+)"/g, '"codigo_barras":$1')
}
