import type { Titulo } from '../wire.ts'

export const titulo = {
  id: 9001,
  cnpj_cliente: '11222333000181',
  codigo_barras: '34191790010104351004791020150008291070026000',
  data_pagamento_titulo: '2024-05-27T00:00:00.000+00:00',
  data_pedido: '2024-05-02T00:00:00.000+00:00',
  data_vencimento_titulo: '2024-05-30T00:00:00.000+00:00',
  numero_nota_fiscal: 7001,
  numero_pedido: 50001,
  valor_titulo: 58.7,
} satisfies Titulo
