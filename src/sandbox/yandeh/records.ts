// What the simulated supplier account holds, in the vendor's words.

export const REGISTRATION_STATUSES = ['Novo', 'Processando', 'Rejeitado', 'Finalizado'] as const

export const ORDER_STATUSES = [
  'aguardando_aprovacao',
  'aguardando_revisao',
  'pendente',
  'processando',
  'faturado',
  'enviado',
  'finalizado',
  'finalizado_devolucao_parcial',
  'finalizado_devolucao_total',
  'cancelado',
] as const

/** As the seed's sample has it. */
export interface Cliente {
  id: number
  cnpj: string
  razao_social: string
  nome_fantasia: string
  ramo_atividade: string
  data_fundacao: string
  cep: string
  endereco: string
  numero: string
  complemento: string
  bairro: string
  cidade: string
  uf: string
  contato: string
  telefone_1: string
  email_nfe_1: string
  email_nfe_2: string
  email_comercial: string
  email_cobranca: string
  obs_nota: string
  observacao: string
  data_avaliacao: string | null
  motivo: string | null
  status: (typeof REGISTRATION_STATUSES)[number]
  whatsapp: string
  aceite_lgpd: boolean
  aceite_lgpd_nome: string
  aceite_lgpd_cpf: string
  inscricao_estadual: string
  visita_dia: string
  visita_frequencia: string
  vendedor: { id: number; email: string; codVendedor: string }
}

export interface Produto {
  pallet_multiplo_dun: number
  ean_ou_dun: string
  data_vencimento: string
  nome: string
  quantidade: number
  valida_estoque: 'S' | 'N'
  codigo_no_fornecedor: string
  preco_minimo: number
  preco_normal: number
  preco_maximo: number
  isencao_encargos: boolean
  id_marca: number
  nome_marca: string
  id_industria: number
  nome_industria: string
}

export interface Item {
  nome_produto: string
  produto_padrao: string
  ean_ou_dun: string
  quantidade_por_embalagem: number
  codigo_no_fornecedor: string
  quantidade: number
  pallet_multiplo_dun: number
  quantidade_faturada: number
  quantidade_devolvida: number
  quantidade_unitaria_faturada: null
  quantidade_unitaria_devolvida: null
  preco_item_faturado_corrigido: null
  preco_embalagem: number
  preco_embalagem_faturado: number
}

/** The header is by analogy with orders made elsewhere: the page of orders ends within the items. */
export interface Pedido {
  id: number
  cod_grupo_produto: null
  sync_id: null
  itens: Item[]
  status: (typeof ORDER_STATUSES)[number]
  cnpj_cliente: string
  razao_social: string
  data_pedido: string
  data_atualizacao: string
  total: number
  descontos: number
  acrescimos: number
  condicao_pagamento: string
  observacao: string
  notas_fiscais: { tipo: 'venda'; data: string; chave: string; serie: string; valor: number; numero: number }[]
}

export interface Titulo {
  id: number
  cnpj_cliente: string
  /** An integer in the answer, longer than a double holds: kept as digits here. */
  codigo_barras: string
  data_pagamento_titulo: string | null
  data_pedido: string
  data_vencimento_titulo: string
  numero_nota_fiscal: number
  numero_pedido: number
  valor_titulo: number
}

/** Y8. */
export interface MeioDePagamento {
  id: number
  nome: string
  codigo_condicao_pagamento: string
  /** Days, with slashes between them. */
  condicao: string
  pedido_minimo: number
  deleted: boolean
}

export interface Account {
  clientes: Cliente[]
  produtos: Produto[]
  pedidos: Pedido[]
  titulos: Titulo[]
  meiosDePagamento: MeioDePagamento[]
}
