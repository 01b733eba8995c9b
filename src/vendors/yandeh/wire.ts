// What Yandeh sends, in its own words. Every member is loose: its pages and its samples disagree on types.

/** A customer that a salesperson registered in the app, for the supplier to take over. */
export interface PreCadastro {
  id?: unknown
  cnpj?: unknown
  razao_social?: unknown
  nome_fantasia?: unknown
  ramo_atividade?: unknown
  data_fundacao?: unknown
  cep?: unknown
  endereco?: unknown
  numero?: unknown
  complemento?: unknown
  bairro?: unknown
  cidade?: unknown
  uf?: unknown
  contato?: unknown
  telefone_1?: unknown
  email_nfe_1?: unknown
  email_nfe_2?: unknown
  email_comercial?: unknown
  email_cobranca?: unknown
  obs_nota?: unknown
  observacao?: unknown
  data_avaliacao?: unknown
  motivo?: unknown
  /** Novo, Processando, Rejeitado or Finalizado. */
  status?: unknown
  /** Twelve digits in the seed's sample. */
  whatsapp?: unknown
  aceite_lgpd?: unknown
  aceite_lgpd_nome?: unknown
  aceite_lgpd_cpf?: unknown
  inscricao_estadual?: unknown
  visita_dia?: unknown
  visita_frequencia?: unknown
  /** The seed says a list, and that its id is text; its sample has one object, whose id is a number. */
  vendedor?: unknown
}

export interface Vendedor {
  id?: unknown
  email?: unknown
  codVendedor?: unknown
}

/** No number of its own: the code of the goods and the pallet multiple tell one line from another (Y1; assumed to be the whole key). */
export interface Produto {
  ean_ou_dun?: unknown
  /** 0: sold one by one. */
  pallet_multiplo_dun?: unknown
  nome?: unknown
  codigo_no_fornecedor?: unknown
  data_vencimento?: unknown
  quantidade?: unknown
  /** S or N; N can be sold at 0. */
  valida_estoque?: unknown
  preco_minimo?: unknown
  /** Y1's sample calls it this. */
  preco_normal?: unknown
  /** Y1's list of members calls it this. */
  preco_embalagem?: unknown
  preco_maximo?: unknown
  isencao_encargos?: unknown
  id_marca?: unknown
  nome_marca?: unknown
  id_industria?: unknown
  nome_industria?: unknown
}

/** Y2 could be read up to the items only: what else an order has is read through aliases.ts. */
export interface Pedido {
  id?: unknown
  cod_grupo_produto?: unknown
  sync_id?: unknown
  itens?: unknown
}

export interface ItemDePedido {
  nome_produto?: unknown
  produto_padrao?: unknown
  ean_ou_dun?: unknown
  quantidade_por_embalagem?: unknown
  codigo_no_fornecedor?: unknown
  /** In packs, as the price is. */
  quantidade?: unknown
  pallet_multiplo_dun?: unknown
  quantidade_faturada?: unknown
  quantidade_devolvida?: unknown
  quantidade_unitaria_faturada?: unknown
  quantidade_unitaria_devolvida?: unknown
  preco_item_faturado_corrigido?: unknown
  preco_embalagem?: unknown
  preco_embalagem_faturado?: unknown
}

/** An invoice of an order, as Y9 has it in orders made elsewhere. */
export interface NotaFiscal {
  chave?: unknown
  numero?: unknown
}

export interface Titulo {
  id?: unknown
  cnpj_cliente?: unknown
  /** An integer by Y6, which is longer than a double holds and has no left zeros. */
  codigo_barras?: unknown
  data_pagamento_titulo?: unknown
  data_pedido?: unknown
  data_vencimento_titulo?: unknown
  numero_nota_fiscal?: unknown
  numero_pedido?: unknown
  valor_titulo?: unknown
}

/** Y8. */
export interface MeioDePagamento {
  id?: unknown
  nome?: unknown
  codigo_condicao_pagamento?: unknown
  /** What was taken out of use stays in the list. */
  deleted?: unknown
}
