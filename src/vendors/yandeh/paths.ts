import { Type } from 'typebox'
import type { Context } from '../../kernel/adapter.ts'

/** Under the base URL; that of titles is assumed, since no page that could be read names it (Y6). */
const DEFAULTS = {
  customers: '/cliente/smartforce',
  products: '/v2/produtos',
  orders: '/v2/pedidos',
  titles: '/historico-titulos',
} as const

type PathName = keyof typeof DEFAULTS

const Path = (name: PathName) =>
  Type.Optional(Type.String({ pattern: '^/[A-Za-z0-9/_.%-]{1,200}$', maxLength: 201, default: DEFAULTS[name] }))

export const Paths = Type.Object(
  { customers: Path('customers'), products: Path('products'), orders: Path('orders'), titles: Path('titles') },
  { additionalProperties: false, description: 'Where the resources are, under the base URL.' },
)

export function pathOf(name: PathName, { settings }: Context): string {
  return (settings.paths as Partial<Record<PathName, string>> | undefined)?.[name] ?? DEFAULTS[name]
}
