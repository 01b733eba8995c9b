import { ean13 } from '../documents.ts'
import type { Random } from '../random.ts'
import { addDays, cents, dataDay } from './dates.ts'
import { createTable, type Produto, type Servico, type Table } from './records.ts'
import { productKinds, productNouns, serviceNames } from './words.ts'

export function makeProdutos(random: Random, count: number, categories: number): Table<Produto> {
  const table = createTable<Produto>()
  for (let code = 1; code <= count; code += 1) table.rows.set(code, produto(random, code, categories))
  for (let code = 41; code <= count; code += 41) table.deleted.add(code)
  return table
}

/** Services go on where the products end (assumed: one sequence of codes). */
export function makeServicos(random: Random, first: number, count: number, categories: number): Table<Servico> {
  const table = createTable<Servico>()
  for (let at = 0; at < count; at += 1) {
    const code = first + at
    table.rows.set(code, {
      codigo: code,
      descricao: serviceNames[at % serviceNames.length]!,
      precoVenda: random.between(20, 400),
      codigoGrupoTributos: random.between(0, 3),
      codCategoria: random.between(0, categories),
      tags: at % 4 === 1 ? ['técnico,externo'] : [],
      dtCad: at % 7 === 3 ? '0000-00-00 00:00:00' : `${addDays(dataDay, -random.between(30, 700))} 11:44:35`,
      itemListaServico: at % 3 === 0 ? '' : '14.01',
      cnae: at % 3 === 0 ? '' : random.digits(7),
      codTributacaoMun: at % 2 === 0 ? '' : random.digits(6),
      anotacoesInternas: '',
    })
  }
  table.deleted.add(first + count - 1)
  return table
}

function produto(random: Random, code: number, categories: number): Produto {
  const cost = random.between(150, 18_000) / 100
  const margin = random.between(15, 120)
  const registered = addDays(dataDay, -730 + Math.min(720, code * 5))
  const changed = addDays(registered, random.between(0, 730 - Math.min(720, code * 5)))
  const weight = random.between(50, 9_000) / 1_000
  const counted = random.chance(0.7)
  const photo = `https://cdn.exemplo.com.br/produtos/${code}`
  return {
    codigo: code,
    descricao: `${productNouns[code % productNouns.length]} ${productKinds[(code * 5) % productKinds.length]}`,
    codigoProprio: code % 8 === 0 ? '' : `P${String(code).padStart(4, '0')}`,
    codCategoria: code % 6 === 0 ? 0 : random.between(1, categories),
    estoque: counted ? random.between(-3, 400) : 0,
    estoqueMinimo: counted ? random.between(0, 20) : 0,
    controlarEstoque: counted,
    margemLucro: margin,
    // Four decimals on some rows (D1).
    precoCusto: code % 4 === 1 ? Number((cost + 0.0037).toFixed(4)) : cost,
    precoVenda: code % 10 === 7 ? Number((cost * 2 + 0.1234).toFixed(4)) : cents(cost * (1 + margin / 100)),
    origemFiscal: code % 9,
    unidadeTributada: random.pick(['UN', 'UN', 'KG', 'CX', 'PC']),
    refEanGtin: code % 3 === 0 ? '' : ean13(random),
    ncm: code % 7 === 0 ? '' : random.pick(['09012100', '69120000', '48202000', '73239300', '94016100']),
    codigoCEST: code % 5 === 0 ? '0107400' : '',
    excecaoIPI: code % 4 === 0 ? code % 10 : '',
    codigoGrupoTributos: random.between(0, 3),
    anotacoesNFE: '',
    anotacoesInternas: code % 12 === 0 ? 'Repor antes do Natal' : '',
    pesoBruto: weight,
    pesoLiquido: Number((weight * 0.95).toFixed(3)),
    tags: code % 6 === 1 ? ['café,utilidades'] : code % 6 === 2 ? ['promoção'] : [],
    dtCad: code % 31 === 0 ? '0000-00-00 00:00:00' : `${registered} 17:32:18`,
    updatedAt: code % 31 === 0 ? '0000-00-00 00:00:00' : `${changed} 18:05:40`,
    listaImagens:
      code % 3 === 1
        ? [
            { foto: { link: `${photo}.png`, padrao: 1 }, thumb: { link: `${photo}_tmb.png` } },
            { foto: { link: `${photo}-2.png` }, thumb: { link: `${photo}-2_tmb.png` } },
          ]
        : [],
    tipoUso: code % 5,
    arquivado: code % 37 === 0,
  }
}
