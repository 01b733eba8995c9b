import { Refusal } from './refusal.ts'

/** Soft deletes: a deleted row stays in `rows` and its code is in `deleted`. */
export interface Table<Row> {
  rows: Map<number, Row>
  deleted: Set<number>
}

export type Tipo = 'cliente' | 'fornecedor' | 'transportadora'

export interface Contato {
  codigo: string
  tipo: Tipo[]
  nome: string
  fantasia: string
  nomeParaContato: string
  cpfcnpj: string
  clienteFinal: boolean
  indicadorIE: number
  inscricaoEstadual: string
  inscricaoEstadualST: string
  inscricaoMunicipal: string
  suframa: string
  emails: (string | Record<string, string>)[]
  fones: (string | Record<string, string>)[]
  logradouro: string
  numero: string
  complemento: string
  bairro: string
  cidade: string
  codIBGE: string
  uf: string
  cep: string | number
  pais: string
  tags: string[]
  obs: string
  dtNasc: string
  dtCad: string
  cpfCnpjEntrega: string | number
  logradouroEntrega: string
  numeroEntrega: string | number
  complementoEntrega: string
  bairroEntrega: string
  codIBGEEntrega: string | number
  cidadeEntrega: string
  ufEntrega: string
  cepEntrega: string | number
  pontoRefEntrega: string
  inscEstadualEntrega: string
  fonesEntrega: string
  emailsEntrega: string
}

export interface Produto {
  codigo: number
  descricao: string
  codigoProprio: string
  codCategoria: number
  estoque: number
  estoqueMinimo: number
  controlarEstoque: boolean
  margemLucro: number
  precoCusto: number
  precoVenda: number
  origemFiscal: number
  unidadeTributada: string
  refEanGtin: string
  ncm: string
  codigoCEST: string
  excecaoIPI: number | ''
  codigoGrupoTributos: number
  anotacoesNFE: string
  anotacoesInternas: string
  pesoBruto: number
  pesoLiquido: number
  tags: string[]
  dtCad: string
  updatedAt: string
  listaImagens: { foto: { link: string; padrao?: number }; thumb: { link: string } }[]
  /** Filters only; never in an answer. */
  tipoUso: number
  arquivado: boolean
}

export interface Servico {
  codigo: number
  descricao: string
  precoVenda: number
  codigoGrupoTributos: number
  codCategoria: number
  tags: string[]
  dtCad: string
  itemListaServico: string
  cnae: string
  codTributacaoMun: string
  anotacoesInternas: string
}

export interface Item {
  codigo: number
  codProduto: number
  tipo: 'produto' | 'servico'
  preco: number
  custo: number
  custoCadProd: number
  quant: number
  vDesc: number
  valorIPI: number
  valorST: number
  valorFCPST: number
  obs: string
  descricao: string
  codigoProprio: string
}

export interface Venda {
  codigo: number
  codContato: number
  nomeContato: string
  codVendedor: number
  nomeVendedor: string
  dtVenda: string
  dtEntrega: string
  dtCad: string
  valorTotal: number
  valorFrete: number
  valorDesc: number
  valorDespesasAcessorias: number
  valorFinanc: number
  valorEntrada: number
  numParcelas: number
  codsNFe: number[]
  codsNFSe: number[]
  customizado: Record<string, string>
  clienteFinal: boolean
  situacao: number
  situacaoOS: string
  enderecoEntrega: string | number
  tags: string[]
  ativo: boolean
  produtos: Item[]
  /** Codes of its recebimentos; an answer shows them whole. */
  financeiros: number[]
  despesas: unknown[]
  publicURL: string
}

export interface Recebimento {
  codigo: number
  codPlanoContas: number
  codFormaPgto: number
  numDoc: string
  descricao: string
  valor: number
  taxa: number
  dtVenc: string
  dtPgto: string
  dtCad: string
  dtComp: string
  dtCred: string
  situacao: 20 | 40
  codContato: number
  codDisponivel: number
  origem: 'vendas' | 'financeiro' | 'recorrencia'
  codModulo: number
  obs: string
  tags: string[]
  codBoleto: number
  codRecibo: number
  /** Filter only; never in an answer. */
  conciliado: boolean
}

export interface Usuario {
  codigo: number
  nome: string
  login: string
  email: string
  tags: string[]
  usuarioSistema: boolean
  vendedor: boolean
  comisProd: number
  comisServ: number
  comisFin: number
}

/** All of one store. Products and services take their codes from one sequence (assumed: a sale's line names only the code). */
export interface Account {
  contatos: Table<Contato>
  produtos: Table<Produto>
  servicos: Table<Servico>
  vendas: Table<Venda>
  recebimentos: Table<Recebimento>
  categorias: Table<{ codigo: string; nome: string }>
  disponiveis: Table<{ codigo: number; nome: string; saldo: number; visivel: boolean }>
  formasPagamento: Table<{
    codigo: number
    codDisponivel: number
    nome: string
    formaPgtoNFCe: number
    tipoCusto: number
    valorCusto: number
  }>
  planoContas: Table<{
    codigo: number
    codPai: number
    nome: string
    tipo: number
    debitar: number
    creditar: number
    registroPadrao: boolean
  }>
  usuarios: Table<Usuario>
  customizado: Record<string, string>
  empresa: Record<string, unknown>
}

export function createTable<Row>(rows: Iterable<[number, Row]> = []): Table<Row> {
  return { rows: new Map(rows), deleted: new Set() }
}

/** The row, or 404 where it never was and 410 where it was deleted. */
export function find<Row>(table: Table<Row>, code: number): Row {
  const row = table.rows.get(code)
  if (row === undefined) throw new Refusal(404, `Nenhum registro com código ${code} econtrado`)
  if (table.deleted.has(code)) throw new Refusal(410, `Registro com código ${code} não existe.`)
  return row
}

export function has(table: Table<unknown>, code: number): boolean {
  return table.rows.has(code) && !table.deleted.has(code)
}

export function* live<Row>(table: Table<Row>): Iterable<Row> {
  for (const [code, row] of table.rows) if (!table.deleted.has(code)) yield row
}

export function nextCode(...tables: Table<unknown>[]): number {
  let highest = 0
  for (const { rows } of tables) for (const code of rows.keys()) if (code > highest) highest = code
  return highest + 1
}

/** Acknowledges a delete. `code` is text here and a number under recebimentos (seed). */
export function deleteRow(table: Table<unknown>, code: number, message: string): unknown {
  find(table, code)
  table.deleted.add(code)
  return { code: '200', msg: message, obs: null, fields: null }
}
