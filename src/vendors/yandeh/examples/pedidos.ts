import type { Pedido } from '../wire.ts'

/** Beside id, cod_grupo_produto, sync_id and itens everything is assumed, by analogy with Y9. */
export const pedido = {
  id: 50001,
  cod_grupo_produto: 7,
  sync_id: 'a1b2c3',
  itens: [
    {
      nome_produto: 'Café torrado 500 g',
      produto_padrao: 'S',
      ean_ou_dun: '7891000100103',
      quantidade_por_embalagem: 12,
      codigo_no_fornecedor: 'SKU-0001',
      quantidade: 3,
      pallet_multiplo_dun: 0,
      quantidade_faturada: 3,
      quantidade_devolvida: 0,
      quantidade_unitaria_faturada: null,
      quantidade_unitaria_devolvida: null,
      preco_item_faturado_corrigido: null,
      preco_embalagem: 19.9,
      preco_embalagem_faturado: 19.9,
    },
  ],
  numero_pedido: '50001',
  status: 'faturado',
  cnpj_cliente: '11222333000181',
  razao_social: 'Padaria Exemplo Ltda',
  vendedor: { id: 19000, email: 'joaquim@distribuidora.example', codVendedor: 'AB123' },
  data_criacao: '2024-05-02 14:30:00',
  data_pedido: '2024-05-02 14:30:00',
  data_entrega: '2024-05-06',
  data_atualizacao: '2024-05-03 09:00:00',
  total: 58.7,
  descontos: 1,
  acrescimos: 0,
  frete: 0,
  condicao_pagamento: '0714D',
  observacao: 'Entregar pela manhã',
  notas_fiscais: [
    {
      tipo: 'venda',
      data: '2024-05-03 08:00:00',
      chave: '35240511222333000181550010000070011000070016',
      serie: '1',
      valor: 58.7,
      numero: 7001,
    },
  ],
} satisfies Pedido & Record<string, unknown>

export const aguardando = { ...pedido, status: 'aguardando_aprovacao' } satisfies Pedido & Record<string, unknown>
