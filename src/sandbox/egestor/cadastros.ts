import type { Endpoints } from './endpoint.ts'
import { among, contains, type ListRules, listPage } from './query.ts'
import { type Account, find, live, type Table, type Usuario } from './records.ts'

type Name = 'categorias' | 'disponiveis' | 'formasPagamento' | 'planoContas' | 'usuarios'

/** The small registers that others refer to: list and single read. Their writes are 405 here. */
export const cadastros: Endpoints = {
  ...register('categorias', 'codigo,nome', []),
  ...register('disponiveis', 'codigo,nome,saldo,visivel'),
  ...register('formasPagamento', 'codigo,codDisponivel,nome,formaPgtoNFCe,tipoCusto,valorCusto'),
  ...register('planoContas', 'codigo,codPai,nome,tipo,debitar,creditar,registroPadrao'),
  ...register('usuarios', 'codigo,nome,login,email,tags,usuarioSistema,vendedor,comisProd,comisServ,comisFin', ['codigo', 'nome'], {
    vendedor: among<Usuario>({ 0: (row) => !row.vendedor, 1: (row) => row.vendedor }),
    usuarioSistema: among<Usuario>({ 0: (row) => !row.usuarioSistema, 1: (row) => row.usuarioSistema }),
  }),
  'GET empresa': ({ account }) => account.empresa,
  'GET config/vendas/customizado': ({ account }) => account.customizado,
}

function register<Row extends { nome: string }>(
  name: Name,
  names: string,
  orderBy = names.split(','),
  filters: ListRules<Row>['filters'] = {},
): Endpoints {
  const rules: ListRules<Row> = {
    filters: { filtro: contains((row) => [row.nome]), ...filters },
    fields: names.split(','),
    orderBy,
    value: (row, field) => row[field as keyof Row],
  }
  const table = (account: Account) => account[name] as Table<unknown> as Table<Row>
  return {
    [`GET ${name}`]: ({ account, query, traps }) => listPage(live(table(account)), query, rules, traps.pageNumbersAsText),
    [`GET ${name}/#`]: ({ account, code }) => find(table(account), code),
  }
}
