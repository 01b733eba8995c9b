import { createRandom } from '../random.ts'
import { makeContatos } from './make-contatos.ts'
import { makeProdutos, makeServicos } from './make-produtos.ts'
import { makeVendas } from './make-vendas.ts'
import { type Account, createTable, type Table, type Usuario } from './records.ts'
import { categoryNames } from './words.ts'

export type Store = 'centro' | 'norte'

const sizes = {
  centro: { seed: 11, contatos: 345, produtos: 133, servicos: 21, vendas: 240 },
  norte: { seed: 23, contatos: 116, produtos: 45, servicos: 8, vendas: 80 },
}

/** A store full of data, the same on every start. */
export function makeAccount(store: Store): Account {
  const size = sizes[store]
  const random = createRandom(size.seed)
  const account: Account = {
    contatos: makeContatos(random, size.contatos),
    produtos: makeProdutos(random, size.produtos, categoryNames.length),
    servicos: makeServicos(random, size.produtos + 1, size.servicos, categoryNames.length),
    vendas: createTable(),
    recebimentos: createTable(),
    categorias: numbered(categoryNames.map((nome, at) => ({ codigo: String(at + 1), nome }))),
    disponiveis: numbered([
      { codigo: 1, nome: 'Caixa interno', saldo: 1_530.5, visivel: true },
      { codigo: 2, nome: 'Conta corrente', saldo: 48_210.07, visivel: true },
      { codigo: 3, nome: 'Carteira digital', saldo: -12.3, visivel: false },
    ]),
    formasPagamento: numbered([
      { codigo: 1, codDisponivel: 1, nome: 'Dinheiro', formaPgtoNFCe: 1, tipoCusto: 0, valorCusto: 0 },
      { codigo: 2, codDisponivel: 2, nome: 'Boleto', formaPgtoNFCe: 99, tipoCusto: 2, valorCusto: 2.59 },
      { codigo: 3, codDisponivel: 3, nome: 'Cartão de crédito', formaPgtoNFCe: 3, tipoCusto: 1, valorCusto: 3.49 },
      { codigo: 4, codDisponivel: 2, nome: 'Pix', formaPgtoNFCe: 99, tipoCusto: 0, valorCusto: 0 },
    ]),
    planoContas: numbered([
      { codigo: 1, codPai: 0, nome: 'Receitas diversas', tipo: 1, debitar: 0, creditar: 0, registroPadrao: true },
      { codigo: 2, codPai: 1, nome: 'Venda de produtos', tipo: 1, debitar: 0, creditar: 0, registroPadrao: false },
      { codigo: 3, codPai: 1, nome: 'Contratos', tipo: 1, debitar: 0, creditar: 0, registroPadrao: false },
      { codigo: 4, codPai: 0, nome: 'Despesas diversas', tipo: 2, debitar: 0, creditar: 0, registroPadrao: true },
    ]),
    usuarios: numbered(['Álvaro', 'Camila', 'João', 'Raíssa', 'Escritório'].map(usuario)),
    customizado: { xCampo1: 'Observações gerais', xCampo2: 'Laudo técnico' },
    empresa: {
      codigo: 1,
      nome: store === 'centro' ? 'Loja Centro Exemplo Ltda' : 'Loja Norte Exemplo Ltda',
      fantasia: store === 'centro' ? 'Loja Centro' : 'Loja Norte',
      cidade: store === 'centro' ? 'São Paulo' : 'Manaus',
      uf: store === 'centro' ? 'SP' : 'AM',
    },
  }
  makeVendas(random, account, size.vendas)
  return account
}

/** The last one keeps the books and sells nothing. */
function usuario(nome: string, at: number): Usuario {
  const login = nome
    .normalize('NFD')
    .replace(/\P{ASCII}/gu, '')
    .toLowerCase()
  const vendedor = at < 4
  return {
    codigo: at + 1,
    nome,
    login,
    email: `${login}@exemplo.com.br`,
    tags: [],
    usuarioSistema: at !== 3,
    vendedor,
    comisProd: vendedor ? 2.5 : 0,
    comisServ: vendedor ? 5 : 0,
    comisFin: 0,
  }
}

function numbered<Row extends { codigo: string | number }>(rows: Row[]): Table<Row> {
  return createTable(rows.map((row) => [Number(row.codigo), row]))
}
