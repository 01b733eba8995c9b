import { ean13 } from '../documents.ts'
import type { Random } from '../random.ts'
import { daysAfter, pastDay } from './days.ts'
import { type Account, type Cliente, type Item, ORDER_STATUSES, type Pedido, type Produto, type Titulo } from './records.ts'

const goods = 'Café torrado 500 g,Açúcar 1 kg,Feijão 1 kg,Arroz 5 kg,Sabão em pó,Óleo de soja,Leite integral,Biscoito água e sal'.split(',')
const brands = [
  { id_marca: 11, nome_marca: 'Serra Dourada', id_industria: 3, nome_industria: 'Indústria Serra Dourada S.A.' },
  { id_marca: 12, nome_marca: 'Três Rios', id_industria: 4, nome_industria: 'Alimentos Três Rios Ltda' },
]
const terms = ['7', '0714D', '28']

const cents = (amount: number) => Math.round(amount * 100) / 100

/** Every seventh is the goods before it again, by the pallet, at four decimals. */
export function makeProdutos(random: Random, count: number): Produto[] {
  const made: Produto[] = []
  for (let at = 0; at < count; at += 1) {
    const single = made[at - 1]
    if (at % 7 === 6 && single) {
      made.push({ ...single, pallet_multiplo_dun: 48, preco_normal: cents(single.preco_normal) - 0.0125, quantidade: 12 })
      continue
    }
    const price = random.between(199, 9_900) / 100
    made.push({
      pallet_multiplo_dun: 0,
      ean_ou_dun: ean13(random),
      data_vencimento: daysAfter('2026-11-15', random.between(20, 500)),
      nome: `${random.pick(goods)} ${at}`,
      quantidade: random.between(0, 900),
      valida_estoque: at % 4 === 3 ? 'N' : 'S',
      codigo_no_fornecedor: `SKU-${String(at + 1).padStart(4, '0')}`,
      preco_minimo: cents(price * 0.9),
      preco_normal: price,
      preco_maximo: cents(price * 1.2),
      isencao_encargos: at % 5 === 0,
      ...random.pick(brands),
    })
  }
  return made
}

function makeItem(random: Random, produto: Produto, status: Pedido['status']): Item {
  const quantidade = random.between(1, 20)
  const isInvoiced = ORDER_STATUSES.indexOf(status) >= 4 && status !== 'cancelado'
  const returned = status === 'finalizado_devolucao_total' ? quantidade : status === 'finalizado_devolucao_parcial' ? 1 : 0
  return {
    nome_produto: produto.nome,
    produto_padrao: 'S',
    ean_ou_dun: produto.ean_ou_dun,
    quantidade_por_embalagem: 12,
    codigo_no_fornecedor: produto.codigo_no_fornecedor,
    quantidade,
    pallet_multiplo_dun: produto.pallet_multiplo_dun,
    quantidade_faturada: isInvoiced ? quantidade : 0,
    quantidade_devolvida: returned,
    quantidade_unitaria_faturada: null,
    quantidade_unitaria_devolvida: null,
    preco_item_faturado_corrigido: null,
    preco_embalagem: produto.preco_normal,
    preco_embalagem_faturado: isInvoiced ? produto.preco_normal : 0,
  }
}

/** Half are completed, so that one status has several pages; the others are spread over all statuses. */
function makePedido(random: Random, at: number, clientes: readonly Cliente[], produtos: readonly Produto[]): Pedido {
  const status = at % 2 === 0 ? 'finalizado' : ORDER_STATUSES[Math.floor(at / 2) % ORDER_STATUSES.length]!
  const cliente = random.pick(clientes)
  const itens = Array.from({ length: random.between(1, 4) }, () => makeItem(random, random.pick(produtos), status))
  const descontos = at % 3 === 0 ? random.between(1, 200) / 100 : 0
  const sum = itens.reduce((total, item) => total + item.quantidade * item.preco_embalagem, 0)
  const day = pastDay(random)
  const isInvoiced = itens[0]!.quantidade_faturada > 0
  const total = cents(sum - descontos)
  return {
    id: 50_001 + at,
    cod_grupo_produto: null,
    sync_id: null,
    itens,
    status,
    cnpj_cliente: cliente.cnpj,
    razao_social: cliente.razao_social,
    data_pedido: `${day} 14:30:00`,
    data_atualizacao: `${daysAfter(day, 1)} 09:00:00`,
    total,
    descontos,
    acrescimos: 0,
    condicao_pagamento: random.pick(terms),
    observacao: at % 6 === 0 ? 'Entregar pela manhã' : '',
    notas_fiscais: isInvoiced
      ? [{ tipo: 'venda', data: `${day} 18:00:00`, chave: `35${random.digits(42)}`, serie: '1', valor: total, numero: 7000 + at }]
      : [],
  }
}

/** One for each invoiced order; two of three are paid. */
function makeTitulos(random: Random, pedidos: readonly Pedido[]): Titulo[] {
  return pedidos
    .filter(({ notas_fiscais }) => notas_fiscais.length > 0)
    .map((pedido, at) => {
      const day = pedido.data_pedido.slice(0, 10)
      return {
        id: 9001 + at,
        cnpj_cliente: pedido.cnpj_cliente,
        // Banco do Brasil is 001: two zeros that an integer loses.
        codigo_barras: at % 3 === 0 ? `1${random.digits(41)}` : `341${random.digits(41)}`,
        data_pagamento_titulo: at % 3 === 2 ? null : `${daysAfter(day, 25)}T00:00:00.000+00:00`,
        data_pedido: `${day}T00:00:00.000+00:00`,
        data_vencimento_titulo: `${daysAfter(day, 28)}T00:00:00.000+00:00`,
        numero_nota_fiscal: pedido.notas_fiscais[0]!.numero,
        numero_pedido: pedido.id,
        valor_titulo: pedido.total,
      }
    })
}

export function makeOrders(
  random: Random,
  clientes: readonly Cliente[],
  produtos: readonly Produto[],
  count: number,
): Pick<Account, 'pedidos' | 'titulos'> {
  const pedidos = Array.from({ length: count }, (_, at) => makePedido(random, at, clientes, produtos))
  return { pedidos, titulos: makeTitulos(random, pedidos) }
}
