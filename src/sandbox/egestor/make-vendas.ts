import type { Random } from '../random.ts'
import { addDays, cents, dataDay } from './dates.ts'
import { two } from './make-contatos.ts'
import { type Account, createTable, has, type Item, type Recebimento, type Venda } from './records.ts'
import { orderStates, vendaTags } from './words.ts'

/** Sales with their receivables, and receivables of the finances alone in between. Adds both to the account. */
export function makeVendas(random: Random, account: Account, sales: number): void {
  account.vendas = createTable<Venda>()
  account.recebimentos = createTable<Recebimento>()
  const customers = [...account.contatos.rows].filter(([code, row]) => has(account.contatos, code) && row.tipo.includes('cliente'))
  let receivable = 0
  let line = 0
  for (let code = 1; code <= sales; code += 1) {
    const [customer, { nome, clienteFinal }] = code % 40 === 7 ? [0, { nome: '', clienteFinal: true }] : random.pick(customers)
    const sold = addDays(dataDay, -730 + Math.floor((code * 730) / sales))
    const lines = Array.from({ length: random.between(1, 5) }, () => item(random, account, ++line))
    const goods = cents(lines.reduce((sum, one) => sum + one.quant * one.preco - one.vDesc, 0))
    // The sum of the lines is not the total in about one sale of ten (F2).
    const freight = code % 10 === 4 ? random.between(800, 4_500) / 100 : 0
    const discount = code % 20 === 9 ? cents(goods * 0.05) : 0
    const quote = code % 7 === 3
    const cancelled = code % 12 === 5
    const total = cents(goods + freight - discount)
    const venda: Venda = {
      codigo: code,
      codContato: customer,
      nomeContato: nome,
      codVendedor: random.between(1, 4),
      nomeVendedor: '',
      dtVenda: sold,
      dtEntrega: code % 5 === 0 ? '' : code % 5 === 1 ? '0000-00-00' : addDays(sold, random.between(0, 15)),
      dtCad: code % 33 === 0 ? '0000-00-00 00:00:00' : `${sold} ${two(random.between(8, 19))}:${two(random.between(0, 59))}:05`,
      valorTotal: total,
      valorFrete: freight,
      valorDesc: discount,
      valorDespesasAcessorias: 0,
      valorFinanc: quote ? 0 : total,
      valorEntrada: 0,
      numParcelas: 0,
      codsNFe: !quote && code % 3 === 0 ? [code + 1_000] : [],
      codsNFSe: [],
      customizado: code % 4 === 0 ? { xCampo1: 'Venda direta.', xCampo2: '' } : {},
      clienteFinal,
      situacao: quote ? 10 : 50,
      situacaoOS: orderStates[code % orderStates.length]!,
      enderecoEntrega: '',
      tags: code % 9 === 2 ? [vendaTags.slice(0, 2).join(',')] : code % 3 === 1 ? [random.pick(vendaTags)] : [],
      ativo: !cancelled,
      produtos: lines,
      financeiros: [],
      despesas: [],
      publicURL: `https://vendas.exemplo.com.br/v/${code}`,
    }
    venda.nomeVendedor = account.usuarios.rows.get(venda.codVendedor)?.nome ?? ''
    account.vendas.rows.set(code, venda)
    if (!quote) {
      const parts = random.pick([1, 1, 2, 2, 3])
      venda.numParcelas = parts
      for (let part = 1; part <= parts; part += 1) {
        receivable = afterPayable(receivable)
        venda.financeiros.push(receivable)
        const share = part < parts ? cents(total / parts) : cents(total - cents(total / parts) * (parts - 1))
        const origin = { codContato: customer, origem: 'vendas' as const, codModulo: code }
        const words = { descricao: `Venda ${code} parcela ${part}/${parts}`, numDoc: `${code}/${part}` }
        addRecebimento(random, account, receivable, { ...origin, ...words, valor: share, dtComp: sold, dtVenc: addDays(sold, part * 30) })
        if (cancelled) account.recebimentos.deleted.add(receivable)
      }
    }
    if (code % 3 === 0) {
      receivable = afterPayable(receivable)
      const [payer] = random.pick(customers)
      const origem = code % 15 === 0 ? ('recorrencia' as const) : ('financeiro' as const)
      const words = { descricao: random.pick(['Mensalidade', 'Aluguel de sala', 'Contrato de manutenção']), numDoc: '' }
      const valor = random.between(5_000, 90_000) / 100
      addRecebimento(random, account, receivable, {
        codContato: payer,
        origem,
        codModulo: receivable,
        ...words,
        valor,
        dtComp: sold,
        dtVenc: addDays(sold, 20),
      })
    }
  }
}

/** Receivables and payables share their codes (F5): every 25th is a payable, which is not there. */
const afterPayable = (code: number) => ((code + 1) % 25 === 0 ? code + 2 : code + 1)

function item(random: Random, account: Account, code: number): Item {
  const service = random.chance(0.12)
  const pool = service ? account.servicos : account.produtos
  const row = random.pick([...pool.rows.values()])
  const cost = 'precoCusto' in row ? row.precoCusto : 0
  const quantity = random.chance(0.1) ? random.between(100, 9_999) / 1_000 : random.between(1, 8)
  return {
    codigo: code,
    codProduto: row.codigo,
    tipo: service ? 'servico' : 'produto',
    preco: row.precoVenda,
    custo: cost,
    custoCadProd: cost,
    quant: quantity,
    vDesc: random.chance(0.15) ? cents(row.precoVenda * 0.1) : 0,
    valorIPI: 0,
    valorST: 0,
    valorFCPST: 0,
    obs: '',
    descricao: row.descricao,
    codigoProprio: 'codigoProprio' in row ? row.codigoProprio : '',
  }
}

type Known = Pick<Recebimento, 'codContato' | 'origem' | 'codModulo' | 'descricao' | 'numDoc' | 'valor' | 'dtComp' | 'dtVenc'>

function addRecebimento(random: Random, account: Account, code: number, known: Known): void {
  const paid = known.dtVenc <= dataDay && random.chance(0.86)
  let paidOn = addDays(known.dtVenc, random.between(-3, 9))
  if (paidOn > dataDay) paidOn = dataDay
  const card = random.chance(0.3)
  account.recebimentos.rows.set(code, {
    codigo: code,
    codPlanoContas: known.origem === 'vendas' ? 2 : 3,
    codFormaPgto: card ? 3 : random.pick([0, 1, 2, 4]),
    ...known,
    taxa: card ? cents(known.valor * 0.0349) : 0,
    dtPgto: paid ? paidOn : code % 2 === 0 ? '' : '0000-00-00',
    dtCad: code % 26 === 0 ? '0000-00-00 00:00:00' : `${known.dtComp} 11:35:17`,
    dtCred: paid && card ? addDays(paidOn, 1) : code % 2 === 0 ? '0000-00-00' : '',
    situacao: paid ? 40 : 20,
    codDisponivel: random.between(1, 3),
    obs: '',
    tags: code % 8 === 3 ? ['tag1,tag2'] : code % 8 === 5 ? ['conferir'] : [],
    codBoleto: !card && code % 4 === 0 ? code + 500 : 0,
    codRecibo: paid && code % 6 === 0 ? code + 200 : 0,
    conciliado: paid && code % 3 !== 0,
  })
}
