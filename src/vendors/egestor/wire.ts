// What eGestor sends, in its own words. Every member is loose: its pages and its answers disagree on types, and a list leaves members out.

/** Laravel's page. `next_page_url` is null even before the last page (seed), so it is no guide. */
export interface Pagina {
  data?: unknown
  current_page?: unknown
  last_page?: unknown
}

export interface Contato {
  codigo?: unknown
  /** cliente, fornecedor, transportadora. */
  tipo?: unknown
  nome?: unknown
  fantasia?: unknown
  nomeParaContato?: unknown
  /** The seed's reads call nomeParaContato this. */
  nomeContato?: unknown
  cpfcnpj?: unknown
  dtNasc?: unknown
  dtCad?: unknown
  /** Texts (K1), or objects with email, valor or endereco (F1, F4). */
  emails?: unknown
  /** Texts (K1), or objects with fone, telefone, numero or valor (F1, F4). */
  fones?: unknown
  /** A number loses its left zero. */
  cep?: unknown
  logradouro?: unknown
  numero?: unknown
  complemento?: unknown
  bairro?: unknown
  /** Read-only: it follows codIBGE (F4). */
  cidade?: unknown
  codIBGE?: unknown
  uf?: unknown
  pais?: unknown
  clienteFinal?: unknown
  /** 1, 2 or 9; 0 is seen on reads (F1, F4). */
  indicadorIE?: unknown
  inscricaoMunicipal?: unknown
  inscricaoEstadual?: unknown
  inscricaoEstadualST?: unknown
  suframa?: unknown
  obs?: unknown
  tags?: unknown
  cepEntrega?: unknown
  cpfCnpjEntrega?: unknown
  logradouroEntrega?: unknown
  numeroEntrega?: unknown
  complementoEntrega?: unknown
  bairroEntrega?: unknown
  codIBGEEntrega?: unknown
  /** Read-only (F4). */
  cidadeEntrega?: unknown
  ufEntrega?: unknown
  pontoRefEntrega?: unknown
  inscEstadualEntrega?: unknown
  /** Joined with commas. */
  fonesEntrega?: unknown
  /** Joined with commas. */
  emailsEntrega?: unknown
}

/** Goods and services: one shape, each with members of its own. */
export interface Produto {
  codigo?: unknown
  descricao?: unknown
  codigoProprio?: unknown
  codCategoria?: unknown
  estoque?: unknown
  estoqueMinimo?: unknown
  controlarEstoque?: unknown
  margemLucro?: unknown
  precoCusto?: unknown
  precoVenda?: unknown
  origemFiscal?: unknown
  unidadeTributada?: unknown
  refEanGtin?: unknown
  ncm?: unknown
  codigoCEST?: unknown
  excecaoIPI?: unknown
  codigoGrupoTributos?: unknown
  anotacoesNFE?: unknown
  anotacoesInternas?: unknown
  pesoBruto?: unknown
  pesoLiquido?: unknown
  tags?: unknown
  dtCad?: unknown
  updatedAt?: unknown
  /** Goods only: [{foto: {link}, thumb: {link}}] (D1). */
  listaImagens?: unknown
  /** Services only. */
  itemListaServico?: unknown
  /** Services only. */
  cnae?: unknown
  /** Services only. */
  codTributacaoMun?: unknown
  /** produto or servico; not in lists of the seed. */
  tipoProduto?: unknown
}

export interface Venda {
  codigo?: unknown
  codContato?: unknown
  nomeContato?: unknown
  codVendedor?: unknown
  nomeVendedor?: unknown
  dtVenda?: unknown
  dtEntrega?: unknown
  dtCad?: unknown
  valorTotal?: unknown
  valorFinanc?: unknown
  valorEntrada?: unknown
  valorFrete?: unknown
  valorDesc?: unknown
  valorDespesasAcessorias?: unknown
  numParcelas?: unknown
  codsNFe?: unknown
  codsNFSe?: unknown
  /** true, or 1 in lists. */
  clienteFinal?: unknown
  /** 10 quote, 50 sale. */
  situacao?: unknown
  /** Free text in living accounts (F2). */
  situacaoOS?: unknown
  /** false: cancelled (F2). */
  ativo?: unknown
  tags?: unknown
  /** xCampo1 to xCampo4. */
  customizado?: unknown
  publicURL?: unknown
  produtos?: unknown
  financeiros?: unknown
  despesas?: unknown
}

export interface ItemDeVenda {
  codigo?: unknown
  codProduto?: unknown
  /** produto or servico; the seed calls it tipoProd. */
  tipo?: unknown
  tipoProd?: unknown
  descricao?: unknown
  codigoProprio?: unknown
  preco?: unknown
  custo?: unknown
  custoCadProd?: unknown
  quant?: unknown
  vDesc?: unknown
  valorIPI?: unknown
  valorST?: unknown
  valorFCPST?: unknown
  obs?: unknown
}

/** An instalment within a sale; `codigo` is that of its recebimento. */
export interface Financeiro {
  codigo?: unknown
  situacao?: unknown
  dtVenc?: unknown
  valor?: unknown
}

export interface Recebimento {
  codigo?: unknown
  numDoc?: unknown
  descricao?: unknown
  valor?: unknown
  taxa?: unknown
  /** Lists: when it is due while open, when it was paid once it was. */
  data?: unknown
  dtVenc?: unknown
  dtPgto?: unknown
  dtCad?: unknown
  dtComp?: unknown
  dtCred?: unknown
  /** 20 open, 40 received. */
  situacao?: unknown
  codContato?: unknown
  nomeContato?: unknown
  /** The seed's lists call nomeContato this. */
  contato?: unknown
  codPlanoContas?: unknown
  codFormaPgto?: unknown
  codDisponivel?: unknown
  nomeDisponivel?: unknown
  /** vendas, compras, financeiro or recorrencia. */
  origem?: unknown
  /** Code of what it comes from, in the module that `origem` names. */
  codModulo?: unknown
  codBoleto?: unknown
  codRecibo?: unknown
  obs?: unknown
  /** ["a,b"] for two of them (D1). */
  tags?: unknown
}

/** A product category, a cash account, a payment method, an entry of the chart of accounts, a user: all have these two. */
export interface Cadastro {
  codigo?: unknown
  nome?: unknown
}

/** An entry of the chart of accounts (D1). */
export interface PlanoDeContas extends Cadastro {
  /** 0 where it is part of none. */
  codPai?: unknown
  /** 1 receita, 2 despesa. */
  tipo?: unknown
}

export interface FormaDePagamento extends Cadastro {
  codDisponivel?: unknown
}

export interface Usuario extends Cadastro {
  email?: unknown
}
