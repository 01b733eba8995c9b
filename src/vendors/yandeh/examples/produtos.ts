import type { Produto } from '../wire.ts'

export const produto = {
  pallet_multiplo_dun: 0,
  ean_ou_dun: '7891000100103',
  data_vencimento: '2025-03-31',
  nome: 'Café torrado 500 g',
  quantidade: 120,
  valida_estoque: 'S',
  codigo_no_fornecedor: 'SKU-0001',
  preco_minimo: 17.9,
  preco_normal: 19.9,
  preco_maximo: 23.9,
  isencao_encargos: false,
  id_marca: 11,
  nome_marca: 'Serra Dourada',
  id_industria: 3,
  nome_industria: 'Indústria Serra Dourada S.A.',
} satisfies Produto

export const pallet = { ...produto, pallet_multiplo_dun: 48, preco_normal: 18.4375, quantidade: 12 } satisfies Produto
