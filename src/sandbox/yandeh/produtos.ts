import { assertKnown, type Call, cut, wholeNumber } from './endpoint.ts'
import type { Produto } from './records.ts'

/** A bare list (Y1). */
export function listProdutos({ account, query, traps }: Call): unknown {
  assertKnown(query, ['ean_ou_dun', 'pagina', 'por_pagina'])
  const ean = query.get('ean_ou_dun')
  const rows = account.produtos.filter(({ ean_ou_dun }) => ean === null || ean_ou_dun === ean)
  return cut(rows, wholeNumber(query, 'pagina', 1), wholeNumber(query, 'por_pagina', 100)).map((produto) =>
    shown(produto, traps.middlePrice),
  )
}

function shown({ preco_normal, ...rest }: Produto, name: string): unknown {
  return { ...rest, [name]: preco_normal }
}
