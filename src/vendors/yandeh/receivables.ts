import { pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import { object } from '../../kernel/wire.ts'
import { hasMore, PAGE_SIZE, pageOf, rowId, rowsOf } from './envelope.ts'
import * as examples from './examples/titulos.ts'
import { pathOf } from './paths.ts'
import { toReceivable } from './to-receivable.ts'
import type { Titulo } from './wire.ts'

export const receivables = {
  'receivables.list': {
    // Members and parameters are Y6's; the path could not be read.
    evidence: 'assumed',
    filters: { native: [], emulated: ['status', 'dueFrom', 'dueTo', 'saleId'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    following: pageNumberAfter,
    request: ({ position }, context) => ({
      method: 'GET',
      path: pathOf('titles', context),
      query: { pagina: pageOf(position), por_pagina: PAGE_SIZE },
    }),
    read(body, _context, { position }) {
      const page = pageOf(position)
      return { rows: rowsOf(body), next: hasMore(body, page) ? page + 1 : null }
    },
    record: (row, context) => toReceivable(object<Titulo>(row), context),
    rowId,
    examples: [examples.titulo],
  },
} satisfies Vendor['operations']
