import type { Produto } from '../wire.ts'

export const produto: Produto = {
  codigo: '17',
  descricao: 'Caneca preta',
  codigoProprio: '204',
  codCategoria: 3,
  estoque: 60,
  estoqueMinimo: 10,
  controlarEstoque: true,
  margemLucro: 10.5,
  precoCusto: 5.25,
  precoVenda: 10.37,
  origemFiscal: 0,
  unidadeTributada: 'UN',
  refEanGtin: '7891234567895',
  ncm: '69120000',
  codigoCEST: '0107400',
  excecaoIPI: 7,
  codigoGrupoTributos: 1,
  anotacoesNFE: 'Frágil',
  anotacoesInternas: 'Prateleira 4',
  pesoBruto: '0.350',
  pesoLiquido: '0.300',
  tags: ['café', 'utilidades'],
  dtCad: '2017-05-24 17:32:18',
  updatedAt: '2024-02-01 09:00:00',
  tipoProduto: 'produto',
  listaImagens: [{ foto: { link: 'https://example.com/caneca.jpg' }, thumb: { link: 'https://example.com/caneca-p.jpg' } }],
}

export const produtoRow: Produto = { ...produto, codigo: 17 }

export const servico: Produto = {
  codigo: 3,
  descricao: 'Gravação em caneca',
  precoVenda: 25,
  codigoGrupoTributos: 2,
  tags: ['oficina'],
  dtCad: '2017-04-24 11:44:35',
  itemListaServico: '14.01',
  cnae: '9521500',
  codTributacaoMun: '1401',
  anotacoesInternas: 'Prazo de dois dias',
  tipoProduto: 'servico',
}
